namespace GymBridge;

/// <summary>What a native vector environment is made with.</summary>
/// <param name="NumEnvs">Number of lanes.</param>
/// <param name="MaxEpisodeSteps">Steps after which an episode is truncated; null for no limit.</param>
/// <param name="AutoresetMode">What happens to a lane whose episode has ended.</param>
/// <param name="Arguments">Render mode and keyword arguments.</param>
public sealed record VectorEnvArguments(int NumEnvs, int? MaxEpisodeSteps, AutoresetMode AutoresetMode, EnvArguments Arguments);
