using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of Boltzmann exploration; docs/algorithms/boltzmann.md has each beside its name in Stable-Baselines3.</summary>
public sealed record BoltzmannOptions : BanditOptions
{
    /// <summary>Temperature of the softmax: towards 0 the best arm alone, towards infinity all alike.</summary>
    /// <value>0.1, for rewards in [0, 1]; positive.</value>
    [Hyperparameter("temperature", "Temperature of the softmax over mean rewards.")]
    public double Temperature { get; init; } = 0.1;
    private protected override string Title => Boltzmann.Descriptor.Title;

    private protected override void Check(OptionChecks checks)
    {
        checks.Positive(nameof(Temperature), Temperature);
    }
}
