using System.Text.RegularExpressions;

namespace GymBridge.Packaging.Tests.Documents;

/// <summary>The glossary's table of exceptions names those that there are, in both languages.</summary>
public partial class GlossaryTests
{
    private static readonly string Glossary = File.ReadAllText(RepositoryRoot.Combine("docs/glossary.md"));

    [Fact]
    public void Glossary_CSharpExceptions_AreThoseThatThereAre()
    {
        var declared = Directory.EnumerateFiles(RepositoryRoot.Combine("src"), "*Exception.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal)).SelectMany(file => CSharpClass().Matches(File.ReadAllText(file))).Select(match => match.Groups["name"].Value);
        Assert.Equal(declared.Distinct().Order(StringComparer.Ordinal), Named(CSharpName()));
    }

    [Fact]
    public void Glossary_PythonErrors_HoldThoseOfThePackage()
    {
        // Gymnasium's are in the table as well.
        var declared = PythonClass().Matches(File.ReadAllText(RepositoryRoot.Combine("python/src/gymbridge/errors.py"))).Select(match => match.Groups["name"].Value);
        Assert.Empty(declared.Except(Named(PythonName())));
    }

    private static IEnumerable<string> Named(Regex name) =>
        name.Matches(Glossary).Select(match => match.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"public (sealed |abstract )*class (?<name>\w+Exception)\b")]
    private static partial Regex CSharpClass();

    [GeneratedRegex(@"^class (?<name>\w+Error)\b", RegexOptions.Multiline)]
    private static partial Regex PythonClass();

    [GeneratedRegex(@"`(?<name>\w+Exception)`")]
    private static partial Regex CSharpName();

    [GeneratedRegex(@"`(?<name>\w+Error)`")]
    private static partial Regex PythonName();
}
