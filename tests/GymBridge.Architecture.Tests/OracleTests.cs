using System.Text.Json;
using System.Text.RegularExpressions;

namespace GymBridge.Architecture.Tests;

/// <summary>Every number of tests/Shared/oracles.json is asked for by a test.</summary>
public partial class OracleTests
{
    // Parts that no test reads, each with the reason. Whoever adds their tests strikes them out here.
    private static readonly Dictionary<string, string> Unread = new(StringComparer.Ordinal)
    {
        ["_about"] = "text",
        ["mdp/random_walk5/td0_batch_note"] = "text",
        ["mdp/frozenlake/gymnasium_version"] = "the version that the tables were read from",
        ["mdp/atari_claim"] = "facts about pixels and a network of another size",
        ["reference_runs"] = "learning runs of other programs; bench learning has thresholds made of them",
        ["bandits/etc_note"] = "text",
        ["bandits/reference_names"] = "text",
        ["bandits/contextual/context"] = "text",
        ["bandits/thompson/prior"] = "text",
        ["bandits/thompson/after arm0: 1,1,0 -> Beta(3,2); arm1: 0,1,0,0 -> Beta(2,4)"] = "text",
        ["bandits/thompson/fraction"] = "text",
        ["gae"] = "the same numbers stand in GeneralizedAdvantageTests",
        ["reinforce_returns"] = "the same numbers stand in DiscountedReturnsTests",
        ["one_step_actor_critic"] = "the same numbers stand in ActorCriticTests",
        ["dqn"] = "the same numbers stand in DqnTests",
        ["ppo_minibatch"] = "the same numbers stand in PpoTests",
        ["ppo_clip_table_eps0.2[A,rho,L,dL/drho]"] = "the same numbers stand in PpoTests",
        ["ppo_adaptive_kl"] = "the same numbers stand in PpoVariantsTests",
        ["trpo"] = "the same numbers stand in TrpoTests",
        ["sac"] = "the same numbers stand in SacTests",
        ["token_env/linear_BT_MLE/features"] = "names of the features, for people",
        ["env_dynamics"] = "the golden trajectories of the environments have more",
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
