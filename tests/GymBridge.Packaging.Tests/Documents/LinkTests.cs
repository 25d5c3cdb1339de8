using System.Text.RegularExpressions;

namespace GymBridge.Packaging.Tests.Documents;

/// <summary>What the documents point at is there.</summary>
public partial class LinkTests
{
    private static readonly string[] Skipped = ["bin", "obj", "artifacts", "runs", "node_modules"];

    public static TheoryData<string> Documents =>
        [.. Find(RepositoryRoot.Path).Select(file => Path.GetRelativePath(RepositoryRoot.Path, file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_Links_LeadToFilesOfTheRepository(string document)
    {
        var file = RepositoryRoot.Combine(document);
        var missing = Link().Matches(File.ReadAllText(file))
            .Select(match => match.Groups["target"].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, target)));
        Assert.Empty(missing);
    }

    [Fact]
    public void Index_NamesEveryDocument()
    {
        var index = File.ReadAllText(RepositoryRoot.Combine("docs/README.md"));
        Assert.All(
            Directory.EnumerateFiles(RepositoryRoot.Combine("docs"), "*.md").Select(Path.GetFileName).Where(name => name != "README.md"),
            name => Assert.Contains($"]({name})", index, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Find(string folder) => Directory.EnumerateFiles(folder, "*.md")
        .Concat(Directory.EnumerateDirectories(folder)
            .Where(child => Path.GetFileName(child) is var name && !Skipped.Contains(name) && (name[0] != '.' || name == ".github"))
            .SelectMany(Find));

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
