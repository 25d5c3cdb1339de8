namespace GymBridge.Architecture.Tests;

/// <summary>A line of C# has 160 columns at most, unless a text stands in it: messages and test data are not broken. Python's limit is ruff's.</summary>
public class LineWidthTests
{
    private const int Limit = 160;

    // The engine's declarations are upstream's, overload by overload; the other projects join as they are reflowed.
    private static readonly string[] Kept =
    [
        "src/GymBridge", "src/GymBridge.Core", "src/GymBridge.Environments", "src/GymBridge.Torch", "eng",
        "tests/GymBridge.Architecture.Tests", "tests/GymBridge.Core.Tests", "tests/GymBridge.Environments.Tests", "tests/GymBridge.Packaging.Tests",
        "tests/GymBridge.Torch.Tests", "tests/RunAll", "tests/Shared",
    ];

    public static TheoryData<string> Folders => [.. Kept];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Lines_AreNoWiderThanTheLimit(string folder) => Assert.Empty(
        Directory.EnumerateFiles(RepositoryRoot.Combine(folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(file).Select((line, index) => (Line: line, Place: $"{Path.GetRelativePath(RepositoryRoot.Path, file)}:{index + 1}")))
            .Where(item => item.Line.Length > Limit && !item.Line.Contains('"', StringComparison.Ordinal))
            .Select(item => item.Place));
}
