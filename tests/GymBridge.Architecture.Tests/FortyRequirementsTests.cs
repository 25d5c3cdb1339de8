using System.Globalization;
using System.Text.RegularExpressions;

namespace GymBridge.Architecture.Tests;

/// <summary>The forty things that must survive the crossing, by the numbers in the names of the tests that show them:
/// <c>test_07_...</c> and <c>test_22_and_23_...</c> in Python, <c>R07_...</c> in C#, <c>Requirement 38</c> in a benchmark.</summary>
public partial class FortyRequirementsTests
{
    // What has to be shown on a C# server as well as on a Python host, seen from Python: all that is not about one of them.
    private static readonly int[] OnBothServers =
        [2, 6, 7, 8, 10, 18, 19, 20, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 39];

    // What has to be shown from a C# client.
    private static readonly int[] FromCSharp = [2, 4, 5, 9, 17, 18, 19, 22, 27, 29, 30, 37];

    [Fact]
    public void EveryRequirement_HasATestWithItsNumber()
    {
        var python = Numbers("python/tests", "*.py", PythonName());
        var csharp = Numbers("tests", "*.cs", CSharpName());
        var benchmarks = Numbers("benchmarks", "*.cs", BenchmarkRemark());

        Assert.Empty(Enumerable.Range(1, 40).Except(python.Values.Concat(csharp.Values).Concat(benchmarks.Values).SelectMany(numbers => numbers)));
        Assert.Empty(OnBothServers.Except(Of(python, name => name.StartsWith("test_csharp", StringComparison.Ordinal))));
        Assert.Empty(OnBothServers.Except(Of(python, name => !name.StartsWith("test_csharp", StringComparison.Ordinal))));
        Assert.Empty(FromCSharp.Except(Of(csharp, _ => true)));
    }

    private static IEnumerable<int> Of(Dictionary<string, List<int>> numbers, Func<string, bool> isChosen) =>
        numbers.Where(file => isChosen(file.Key)).SelectMany(file => file.Value);

    private static Dictionary<string, List<int>> Numbers(string folder, string pattern, Regex name)
    {
        var found = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(RepositoryRoot.Combine(folder), pattern, SearchOption.AllDirectories))
        {
            if (path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (Match match in name.Matches(File.ReadAllText(path)))
            {
                var numbers = Number().Matches(match.Value).Select(number => int.Parse(number.Value, CultureInfo.InvariantCulture));
                if (!found.TryGetValue(Path.GetFileName(path), out var known))
                {
                    found[Path.GetFileName(path)] = known = [];
                }

                known.AddRange(numbers);
            }
        }

        return found;
    }

    [GeneratedRegex(@"def test_\d\d_(and_\d\d_)*")]
    private static partial Regex PythonName();

    [GeneratedRegex(@"(void|Task) R\d\d_")]
    private static partial Regex CSharpName();

    [GeneratedRegex(@"Requirement \d\d\b")]
    private static partial Regex BenchmarkRemark();

    [GeneratedRegex(@"\d\d")]
    private static partial Regex Number();
}
