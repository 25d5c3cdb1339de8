using System.Numerics;
using System.Text.Json.Nodes;
using GymBridge.Agents.Evaluation;
using GymBridge.Cli.Output;
using GymBridge.Seeding;

namespace GymBridge.Cli.Commands;

/// <summary>The outcome of <c>train</c> and <c>eval</c>.</summary>
/// <param name="EnvId">Environment id.</param>
/// <param name="Algorithm">Name of the algorithm.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Timesteps">Environment steps that the policy was trained for.</param>
/// <param name="StepsPerSecond">Environment steps a second of what this invocation did.</param>
/// <param name="Seconds">Wall time of what this invocation did: the training, or the evaluation.</param>
/// <param name="Evaluation">Episodes of the evaluation; null if there was none.</param>
/// <param name="RunFolder">Folder of the run.</param>
/// <param name="Digest">SHA-256 of the weights.</param>
internal sealed record Summary(
    string EnvId,
    string Algorithm,
    Seed Seed,
    long Timesteps,
    double StepsPerSecond,
    double Seconds,
    EvaluationResult? Evaluation,
    string RunFolder,
    string Digest)
{
    /// <summary>Environment steps of this invocation alone.</summary>
    public long TimestepsMade { get; init; }

    public JsonObject ToJson() => new()
    {
        ["env_id"] = EnvId,
        ["algo"] = Algorithm,
        ["seed"] = SeedJson(Seed),
        ["total_timesteps"] = Timesteps,
        ["seconds"] = Seconds,
        ["steps_per_second"] = CliOutput.Number(StepsPerSecond),
        ["eval_mean_return"] = CliOutput.Number(Evaluation?.MeanReturn ?? double.NaN),
        ["eval_std_return"] = CliOutput.Number(Evaluation?.StandardDeviation ?? double.NaN),
        ["eval_episodes"] = Evaluation?.Returns.Count ?? 0,
        ["run_folder"] = RunFolder,
        ["digest"] = Digest,
    };

    // JSON numbers lose digits beyond 2^53 in most readers; larger seeds travel as text.
    private static JsonNode SeedJson(Seed seed) => seed.ToBigInteger() <= (BigInteger.One << 53) ? (long)seed.ToBigInteger() : seed.ToString();
}
