namespace GymBridge.Architecture.Tests;

/// <summary>A line of C# has 160 columns at most, unless a text stands in it: messages and test data are not broken. Python's limit is
/// ruff's.</summary>
public class LineWidthTests
{
    private const int Limit = 160;

    public static TheoryData<string> Folders => [.. new[] { "src", "tests", "engine" }
        .SelectMany(parent => Directory.GetDirectories(RepositoryRoot.Combine(parent)))
        .Concat(new[] { "benchmarks", "eng", "examples", "templates" }.Select(RepositoryRoot.Combine))
        .Select(folder => Path.GetRelativePath(RepositoryRoot.Path, folder))
        .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Lines_AreNoWiderThanTheLimit(string folder) => Assert.Empty(
        Directory.EnumerateFiles(RepositoryRoot.Combine(folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(file)
                .Select((line, index) => (Line: line, Place: $"{Path.GetRelativePath(RepositoryRoot.Path, file)}:{index + 1}")))
            .Where(item => item.Line.Length > Limit && !item.Line.Contains('"', StringComparison.Ordinal))
            .Select(item => item.Place));
}
