using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using GymBridge.Cli.Errors;

namespace GymBridge.Cli.Tests;

/// <summary>Every command line that a page shows is one that the command takes: verbs, options and kinds of values.</summary>
public partial class DocumentedCommandsTests
{
    [Fact]
    public void CommandLines_OfThePages_AreTaken()
    {
        var pages = Directory.EnumerateFiles(RepositoryRoot.Combine("docs"), "*.md", SearchOption.AllDirectories).Append(RepositoryRoot.Combine("README.md"));
        var lines = pages.SelectMany(page => Lines().Matches(File.ReadAllText(page).Replace("\\\n", " ", StringComparison.Ordinal))
            .Select(match => (Page: Path.GetFileName(page), Line: match.Groups["line"].Value.Trim()))).ToList();
        Assert.True(lines.Count > 100, $"Only {lines.Count} command lines were found.");

        var refused = lines.Select(found => (found, Errors: UsageErrors.Of(GymBridgeCommand.Root.Parse([.. CommandLineParser.SplitCommandLine(found.Line)]))))
            .Where(tried => tried.Errors.Count > 0)
            .Select(tried => $"{tried.found.Page}: gymbridge {tried.found.Line}: {string.Join(" ", tried.Errors)}");
        Assert.Empty(refused);
    }

    // Beginning with the command, after variables and what is piped into it; until a comment, another command or a wide gap.
    [GeneratedRegex(@"^(?:    )?(?:[A-Z_]+=\S+ )*(?:echo \S+ \| )?gymbridge (?<line>[a-z][^\n]*?)(?=\s+#|\s+[|>&]| {3}|$)", RegexOptions.Multiline)]
    private static partial Regex Lines();
}
