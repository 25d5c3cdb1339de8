namespace GymBridge;

/// <summary>What a native vector environment is made with.</summary>
/// <param name="NumEnvs">Number of lanes, at least 1.</param>
/// <param name="MaxEpisodeSteps">Steps after which an episode is truncated; null for no limit.</param>
/// <param name="AutoresetMode">What happens to a lane whose episode has ended.</param>
public sealed record VectorEnvArguments(int NumEnvs, int? MaxEpisodeSteps = null, AutoresetMode AutoresetMode = AutoresetMode.NextStep)
{
    /// <summary>Render mode and keyword arguments.</summary>
    /// <value>None.</value>
    public EnvArguments Arguments { get; init; } = new(null, Info.Empty);
}
