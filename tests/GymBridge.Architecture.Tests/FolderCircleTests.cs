using System.Text.RegularExpressions;

namespace GymBridge.Architecture.Tests;

/// <summary>The folders of a project make no circles. The namespace is the folder (IDE0130), so that a name says where it leads; the root
/// of a project holds the nouns that all its folders share and is left out.</summary>
public partial class FolderCircleTests
{
    public static TheoryData<string> Projects =>
        [.. Directory.GetDirectories(RepositoryRoot.Combine("src")).SelectMany(folder => Directory.GetFiles(folder, "*.csproj")).Select(path => Path.GetFileNameWithoutExtension(path)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_MakeNoCircle(string project)
    {
        var uses = Uses(project);
        var circles = uses.Keys.SelectMany(folder => Reachable(folder, uses)
            .Where(other => string.CompareOrdinal(folder, other) < 0 && Reachable(other, uses).Contains(folder))
            .Select(other => $"{project}: {folder} - {other}")).ToList();
        Assert.True(circles.Count == 0, $"{string.Join(", ", circles)} use each other; move what both need to a folder below, or to the root.");
    }

    private static Dictionary<string, HashSet<string>> Uses(string project)
    {
        var folder = RepositoryRoot.Combine($"src/{project}");
        var root = project == "GymBridge.Core" ? "GymBridge" : project;
        var folders = Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)!).Except(["bin", "obj"]).ToHashSet(StringComparer.Ordinal);
        var uses = folders.ToDictionary(name => name, _ => new HashSet<string>(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var name in folders)
        {
            foreach (var file in Directory.GetFiles(Path.Combine(folder, name), "*.cs", SearchOption.AllDirectories))
            {
                var code = Comment().Replace(File.ReadAllText(file), string.Empty);
                uses[name].UnionWith(Regex.Matches(code, $@"\b{Regex.Escape(root)}\.(\w+)").Select(match => match.Groups[1].Value).Where(folders.Contains));
            }

            uses[name].Remove(name);
        }

        return uses;
    }

    private static HashSet<string> Reachable(string from, Dictionary<string, HashSet<string>> uses)
    {
        var (seen, open) = (new HashSet<string>(StringComparer.Ordinal), new Stack<string>(uses[from]));
        while (open.TryPop(out var next))
        {
            if (seen.Add(next))
            {
                foreach (var further in uses[next])
                {
                    open.Push(further);
                }
            }
        }

        return seen;
    }

    [GeneratedRegex("//.*")]
    private static partial Regex Comment();
}
