using GymBridge.Agents.Evaluation;
using GymBridge.Seeding;

namespace GymBridge.Cli.Commands;

/// <summary>The outcome of <c>train</c> and <c>eval</c>.</summary>
/// <param name="EnvId">Environment id.</param>
/// <param name="Algorithm">Name of the algorithm.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="TotalTimesteps">Environment steps that the run was asked to train.</param>
/// <param name="StepsPerSecond">Environment steps a second of what this invocation did.</param>
/// <param name="Seconds">Wall time of what this invocation did: the training, or the evaluation.</param>
/// <param name="Evaluation">Episodes of the evaluation; null if there was none.</param>
/// <param name="RunFolder">Folder of the run.</param>
/// <param name="Digest">SHA-256 of the weights.</param>
internal sealed record Summary(
    string EnvId, string Algorithm, Seed Seed, long TotalTimesteps, double StepsPerSecond, double Seconds, EvaluationResult? Evaluation, string RunFolder, string Digest);
