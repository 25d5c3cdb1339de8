using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of Thompson sampling; docs/algorithms/thompson_sampling.md has each beside its name in Stable-Baselines3.</summary>
public sealed record ThompsonSamplingOptions : BanditOptions
{
    /// <summary>alpha of the Beta prior of every arm.</summary>
    /// <value>1, uniform; positive.</value>
    [Hyperparameter("prior_successes", "alpha of the Beta prior of every arm.")]
    public double PriorSuccesses { get; init; } = 1;

    /// <summary>beta of the Beta prior of every arm.</summary>
    /// <value>1, uniform; positive.</value>
    [Hyperparameter("prior_failures", "beta of the Beta prior of every arm.")]
    public double PriorFailures { get; init; } = 1;
    private protected override string Title => ThompsonSampling.Descriptor.Title;

    private protected override void Check(OptionChecks checks)
    {
        checks.Positive(nameof(PriorSuccesses), PriorSuccesses);
        checks.Positive(nameof(PriorFailures), PriorFailures);
    }
}
