using System.Text.Json;
using System.Text.RegularExpressions;

namespace GymBridge.Architecture.Tests;

/// <summary>Every number of tests/Shared/oracles.json is asked for by a test.</summary>
public partial class OracleTests
{
    // Parts that are no oracles.
    private static readonly Dictionary<string, string> Unread = new(StringComparer.Ordinal)
    {
        ["_about"] = "text",
        ["mdp/random_walk5/td0_batch_note"] = "text",
        ["mdp/frozenlake/gymnasium_version"] = "text: the version that the tables were read from",
        ["reference_runs"] = "learning runs of other programs, no closed form: bench learning has thresholds made of them",
        ["reinforce_returns/trap"] = "text",
        ["ppo_adaptive_kl/rule"] = "text",
        ["sac/log_std_squash_cleanrl(raw=0.3)"] = "CleanRL's bound on the deviation; SAC here clamps it as Stable-Baselines3 does",
        ["bandits/etc_note"] = "text",
        ["bandits/reference_names"] = "text",
        ["bandits/contextual/context"] = "text",
        ["bandits/thompson/prior"] = "text",
        ["bandits/thompson/after arm0: 1,1,0 -> Beta(3,2); arm1: 0,1,0,0 -> Beta(2,4)"] = "text",
        ["bandits/thompson/fraction"] = "text",
        ["token_env/linear_BT_MLE/features"] = "text: names of the features",
    };

    [Fact]
    public void Oracles_OfEveryKey_AreReadByATest()
    {
        var files = Directory.EnumerateFiles(RepositoryRoot.Combine("tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Select(File.ReadAllText)
            .Where(text => text.Contains("Oracles.", StringComparison.Ordinal))
            .Select(text => Literal().Matches(text).Select(match => match.Groups[1].Value).ToHashSet())
            .ToList();
        using var oracles = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.Combine("tests/Shared/oracles.json")));
        var paths = Leaves(oracles.RootElement, []).ToList();
        Assert.True(paths.Count > 200);

        // A test reads a key when one file names all parts of its path.
        var missing = paths.Where(path => !IsUnread(path) && !files.Exists(names => path.TrueForAll(names.Contains)))
            .Select(path => string.Join('/', path)).ToList();
        Assert.True(missing.Count == 0, $"No test reads {string.Join(", ", missing)} of tests/Shared/oracles.json.");
        Assert.DoesNotContain(Unread.Keys, key => !paths.Exists(path => IsBelow(path, key)));
    }

    private static bool IsUnread(List<string> path) => Unread.Keys.Any(key => IsBelow(path, key));

    private static bool IsBelow(List<string> path, string key) => $"{string.Join('/', path)}/".StartsWith(key + "/", StringComparison.Ordinal);

    private static IEnumerable<List<string>> Leaves(JsonElement element, List<string> path) => element.ValueKind == JsonValueKind.Object
        ? element.EnumerateObject().SelectMany(item => Leaves(item.Value, [.. path, item.Name]))
        : [path];

    [GeneratedRegex("\"([^\"\\n]+)\"")]
    private static partial Regex Literal();
}
