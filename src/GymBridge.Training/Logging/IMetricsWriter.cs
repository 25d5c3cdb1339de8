namespace GymBridge.Training.Logging;

/// <summary>Writes the metrics of a training run somewhere: an event file, a table, a line.</summary>
/// <remarks>A metric without a value yet, such as the mean return before an episode has ended, is NaN and is left out.</remarks>
public interface IMetricsWriter : IDisposable
{
    /// <summary>Writes the metrics at one moment of the run.</summary>
    /// <param name="timesteps">Environment steps so far, of all lanes together; the axis of every curve.</param>
    /// <param name="metrics">Values by name, Stable-Baselines3's: <c>rollout/ep_rew_mean</c>.</param>
    void Write(long timesteps, IReadOnlyList<KeyValuePair<string, double>> metrics);

    /// <summary>Hands everything to the operating system, so that a reader sees it and a killed process does not lose it.</summary>
    void Flush();
}
