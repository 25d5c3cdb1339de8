using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of LinUCB; docs/algorithms/linucb.md has each beside its name in Stable-Baselines3.</summary>
public sealed record LinUcbOptions : BanditOptions
{
    /// <summary>Weight alpha of the bound: theta x + alpha sqrt(x A^-1 x).</summary>
    /// <value>1; not negative.</value>
    [Hyperparameter("linucb_exploration", "Weight alpha of the bound: theta x + alpha sqrt(x A^-1 x).", "--linucb-exploration")]
    public double Exploration { get; init; } = 1;
    private protected override string Title => LinUcb.Descriptor.Title;

    private protected override void Check(OptionChecks checks)
    {
        checks.NotNegative(nameof(Exploration), Exploration);
    }
}
