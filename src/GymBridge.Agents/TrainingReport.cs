namespace GymBridge.Agents;

/// <summary>What one update of a trainer reports.</summary>
/// <param name="Update">Number of the update, from 1.</param>
/// <param name="Timesteps">Environment steps so far, over all lanes.</param>
/// <param name="Metrics">Scalars by Stable-Baselines3's names, in a fixed order: <c>rollout/ep_rew_mean</c>, <c>train/value_loss</c>.</param>
public sealed record TrainingReport(int Update, long Timesteps, IReadOnlyList<KeyValuePair<string, double>> Metrics)
{
    /// <summary>A metric by name; NaN if there is none.</summary>
    public double this[string name] => Metrics.FirstOrDefault(metric => metric.Key == name, new(name, double.NaN)).Value;
}
