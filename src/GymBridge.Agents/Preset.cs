using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Tuned settings of an algorithm for an environment.</summary>
/// <param name="EnvName">Name of the environment without namespace and version: <c>CartPole</c>.</param>
/// <param name="NumEnvs">Lanes.</param>
/// <param name="Timesteps">Environment steps of a run.</param>
/// <param name="Options">Hyperparameters.</param>
public sealed record Preset(string EnvName, int NumEnvs, long Timesteps, AlgorithmOptions Options);
