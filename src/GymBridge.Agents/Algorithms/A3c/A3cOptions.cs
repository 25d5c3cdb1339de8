using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of A3C: those of A2C, with the workers' share of an update; docs/algorithms/a3c.md has each beside its name in
/// Stable-Baselines3.</summary>
public sealed record A3cOptions : A2cOptions
{
    /// <summary>Rollouts in an update, over all workers; between two updates the workers wait, so that a callback sees weights at rest.</summary>
    /// <value>100; at least 1.</value>
    [Hyperparameter("rollouts_per_update", "Rollouts in an update, over all workers, after which callbacks are called.")]
    public int RolloutsPerUpdate { get; init; } = 100;

    /// <inheritdoc/>
    public override void Validate()
    {
        var checks = new OptionChecks();
        Check(checks);
        checks.AtLeast(nameof(RolloutsPerUpdate), RolloutsPerUpdate, 1);
        checks.That(Actors == 0, "Actors must be 0: A3C has a worker for each lane already");
        checks.Throw("A3C");
    }
}
