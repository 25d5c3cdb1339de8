using GymBridge.Agents.Options;

namespace GymBridge.Agents.Offline;

/// <summary>Hyperparameters of conservative Q-learning.</summary>
public sealed record ConservativeQOptions : OfflineOptions
{
    /// <summary>Weight alpha of the penalty on actions that the set does not have; 0 is plain Q-learning on the set.</summary>
    /// <value>1; not negative.</value>
    public double Conservatism { get; init; } = 1;

    /// <summary>Discount of rewards per step: gamma.</summary>
    /// <value>0.99; in [0, 1].</value>
    public double Gamma { get; init; } = 0.99;

    /// <summary>Gradient steps after which the target takes over the network's weights.</summary>
    /// <value>100; at least 1.</value>
    public int TargetUpdateInterval { get; init; } = 100;

    internal override void Check(OptionChecks checks)
    {
        base.Check(checks);
        checks.NotNegative(nameof(Conservatism), Conservatism);
        checks.InUnitInterval(nameof(Gamma), Gamma);
        checks.AtLeast(nameof(TargetUpdateInterval), TargetUpdateInterval, 1);
    }
}
