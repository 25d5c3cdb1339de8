using System.Text.RegularExpressions;

namespace GymBridge.Cli.Tests;

/// <summary>docs/operations.md names every environment variable that the sources read, and every event that the server logs.</summary>
public partial class OperationsPageTests
{
    private static readonly string Page = File.ReadAllText(RepositoryRoot.Combine("docs/operations.md"));

    [Fact]
    public void EnvironmentVariables_OfTheSources_AreAllOnThePage()
    {
        var documented = Variables().Matches(Page).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
        var sources = new[] { "src", "python/src" }.SelectMany(folder => Directory.EnumerateFiles(RepositoryRoot.Combine(folder), "*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".cs" or ".py" && !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));
        var used = sources.SelectMany(file => Variables().Matches(File.ReadAllText(file)).Select(match => match.Value)).ToHashSet(StringComparer.Ordinal);

        Assert.Contains("GYMBRIDGE_HOST_PYTHON", used);
        Assert.DoesNotContain(
            used, name => !documented.Contains(name) && !documented.Any(prefix => prefix.EndsWith('_') && name.StartsWith(prefix, StringComparison.Ordinal)));
    }

    [Fact]
    public void Events_OfTheServer_AreAllOnThePage()
    {
        var log = File.ReadAllText(RepositoryRoot.Combine("src/GymBridge.Server/ServerLog.cs"));
        var rows = Page[Page.IndexOf("| id | level |", StringComparison.Ordinal)..Page.IndexOf("## Measurements", StringComparison.Ordinal)];
        var documented = Numbers().Matches(string.Concat(rows.Split('\n').Select(row => row.Split('|').ElementAtOrDefault(1) + " "))).Select(match => match.Value);

        Assert.Equal(
            EventIds().Matches(log).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("GYMBRIDGE_[A-Z_]*[A-Z_]")]
    private static partial Regex Variables();

    [GeneratedRegex(@"LoggerMessage\((\d+),")]
    private static partial Regex EventIds();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Numbers();
}
