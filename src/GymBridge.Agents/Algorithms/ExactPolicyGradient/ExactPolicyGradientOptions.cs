using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of the exact policy gradient; docs/algorithms/exact_policy_gradient.md has each beside its name in Stable-Baselines3.</summary>
public sealed record ExactPolicyGradientOptions : AlgorithmOptions
{
    /// <summary>beta: weight of KL(pi || ref) in the objective.</summary>
    /// <value>1; not negative.</value>
    [Hyperparameter("beta", "Weight of the KL divergence to the reference policy in the loss.", "--kl-beta", "--beta")]
    public double KlCoefficient { get; init; } = 1;

    /// <summary>Step size of the optimizer Adam.</summary>
    /// <value>0.05; positive.</value>
    [Hyperparameter("learning_rate", "Step size of the optimizer; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
    public double LearningRate { get; init; } = 0.05;

    /// <inheritdoc/>
    public override void Validate()
    {
        var checks = new OptionChecks();
        checks.NotNegative(nameof(KlCoefficient), KlCoefficient);
        checks.Positive(nameof(LearningRate), LearningRate);
        checks.Throw("The exact policy gradient");
    }
}
