namespace GymBridge.Agents;

/// <summary>What one update of an algorithm brought, under the names that are logged.</summary>
/// <param name="Update">Number of the update, from 1.</param>
/// <param name="Timesteps">Environment steps so far, over all lanes.</param>
/// <param name="Metrics">Quantities under Stable-Baselines3's names, in the order in which they are shown.</param>
public sealed record UpdateReport(int Update, long Timesteps, IReadOnlyList<KeyValuePair<string, double>> Metrics)
{
    /// <summary>A quantity by name; NaN where the algorithm does not have it.</summary>
    public double this[string name] => Metrics.FirstOrDefault(metric => metric.Key == name, new(name, double.NaN)).Value;
}
