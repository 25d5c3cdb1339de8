using System.Text.Json;
using GymBridge.Spaces;

namespace GymBridge.Environments.Tests;

/// <summary>golden/trajectories.json, which golden/generate.py wrote with the real Gymnasium.</summary>
internal sealed record GoldenTrajectories(IReadOnlyDictionary<string, string> Gold, IReadOnlyList<GoldenTrajectory> Cases)
{
    public static GoldenTrajectories Instance { get; } =
        GoldenFile.Read<GoldenTrajectories>("tests/GymBridge.Environments.Tests/golden/trajectories.json");
}

/// <summary>One environment with its arguments, run with several seeds.</summary>
internal sealed record GoldenTrajectory(
    string Name, string EnvId, JsonElement Kwargs, JsonElement Options, string? Policy, IReadOnlyList<GoldenRun> Runs)
{
    public Info KwargsInfo => Read(Kwargs)!;

    public Info? OptionsInfo => Read(Options);

    private static Info? Read(JsonElement json) => (Info?)PythonJson.Read(json.GetRawText());
}

/// <summary>One seed: the running digest after every 1000 steps.</summary>
internal sealed record GoldenRun(string Seed, IReadOnlyList<string> Checkpoints, int Terminations, int Truncations, double Return);
