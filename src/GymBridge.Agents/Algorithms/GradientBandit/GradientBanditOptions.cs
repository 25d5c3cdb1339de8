using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of Gradient bandit; docs/algorithms/gradient_bandit.md has each beside its name in Stable-Baselines3.</summary>
public sealed record GradientBanditOptions : BanditOptions
{
    /// <summary>Step size of the preferences.</summary>
    /// <value>0.1; positive.</value>
    [Hyperparameter("gradient_step_size", "Step size of the preferences.", "--gradient-step-size")]
    public double StepSize { get; init; } = 0.1;
    private protected override string Title => GradientBandit.Descriptor.Title;

    private protected override void Check(OptionChecks checks)
    {
        checks.Positive(nameof(StepSize), StepSize);
    }
}
