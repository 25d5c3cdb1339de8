using System.Globalization;
using System.Text.RegularExpressions;

namespace GymBridge.Architecture.Tests;

/// <summary>docs/lessons: every row is there, and every file and test that it names exists.</summary>
public partial class LessonsTests
{
    private static readonly string Folder = RepositoryRoot.Combine("docs/lessons");

    private static readonly string Page = File.ReadAllText(Path.Combine(Folder, "README.md"));

    [Fact]
    public void Rows_OfEveryKind_AreComplete()
    {
        foreach (var (kind, count, format) in new[]
        {
            ("ENV", 21, "00"), ("ALG", 33, "00"), ("F", 31, "00"), ("X", 15, "0"), ("M", 10, "0"), ("U", 7, "0"), ("K", 5, "0"), ("C", 10, "0"),
        })
        {
            Assert.All(
                Enumerable.Range(1, count).Select(number => $"\n| {kind}{number.ToString(format, CultureInfo.InvariantCulture)} | "),
                row => Assert.Contains(row, Page, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Links_OfThePage_LeadSomewhere()
    {
        var links = Links().Matches(Page).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.True(links.Count > 80);
        Assert.All(links, link => Assert.True(File.Exists(Path.GetFullPath(Path.Combine(Folder, link))), $"docs/lessons/README.md links to '{link}', which is not there."));
    }

    [Fact]
    public void Tests_OfThePage_Exist()
    {
        var sources = Directory.EnumerateFiles(RepositoryRoot.Combine("tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);
        var tests = Tests().Matches(Page).Select(match => (Class: match.Groups[1].Value, Method: match.Groups[2].Value)).Distinct().ToList();
        Assert.True(tests.Count > 80);
        Assert.All(tests, test => Assert.True(
            sources[test.Class].Any(source => source.Contains($" {test.Method}(", StringComparison.Ordinal)),
            $"docs/lessons/README.md names the test '{test.Class}.{test.Method}', which is not there."));
    }

    [Fact]
    public void Page_OfTheProject_NamesNothingOutsideIt() => Assert.DoesNotContain("shared/", Page, StringComparison.Ordinal);

    [Fact]
    public void Frames_OfAtari_AreAsManyAsComputed()
    {
        // 84 x 84 pixels of one byte: log10(256^7056).
        Assert.Equal(16992.5411952404, 84 * 84 * Math.Log10(256), 1e-8);
        Assert.Contains("16992.5411952404", Page, StringComparison.Ordinal);
    }

    /// <summary>Mean scores of random play, a human tester and DQN, started with up to 30 no-ops: Extended Data Table 2 of
    /// doi:10.1038/nature14236, with the decimals that table 3 of arXiv:1509.06461 has of them.</summary>
    [Fact]
    public void Games_OfDqn_ReachAsMuchOfAHumansScoreAsThePageSays()
    {
        var shares = File.ReadLines(RepositoryRoot.Combine("tests/Shared/atari_dqn_2015.csv")).Skip(1)
            .Select(line => line.Split(',')[1..].Select(score => double.Parse(score, CultureInfo.InvariantCulture)).ToArray())
            .Select(scores => (scores[2] - scores[0]) / (scores[1] - scores[0]))
            .ToList();
        Assert.Equal((49, 29, 23), (shares.Count, shares.Count(share => share >= 0.75), shares.Count(share => share >= 1)));
        Assert.Contains("49 games were tested; 29 of them reached 75 % of a human tester's score, 23 all of it", Page, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\]\((\.\.[^)#]+)")]
    private static partial Regex Links();

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex Tests();
}
