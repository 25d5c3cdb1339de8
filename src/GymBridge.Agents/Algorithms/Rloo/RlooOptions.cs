using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of RLOO; docs/algorithms/rloo.md has each beside its name in Stable-Baselines3.</summary>
public sealed record RlooOptions : GroupOptions
{
    /// <summary>Weight of log pi - log ref of a completion, which is taken off its reward.</summary>
    /// <value>0.05; not negative.</value>
    [Hyperparameter("kl_coef", "Weight of log pi - log ref, which is taken off the reward of each completion.")]
    public double KlCoefficient { get; init; } = 0.05;

    /// <summary>Gradient steps on the completions of an update; with 1 the ratio is 1 and nothing is clipped: REINFORCE.</summary>
    /// <value>1; at least 1.</value>
    [Hyperparameter("n_epochs", "Gradient steps on the completions of an update.", "--update-epochs", "--n-epochs")]
    public int Epochs { get; init; } = 1;

    private protected override string Title => Rloo.Descriptor.Title;

    private protected override void Check(OptionChecks checks)
    {
        base.Check(checks);
        checks.NotNegative(nameof(KlCoefficient), KlCoefficient);
        checks.AtLeast(nameof(Epochs), Epochs, 1);
    }
}
