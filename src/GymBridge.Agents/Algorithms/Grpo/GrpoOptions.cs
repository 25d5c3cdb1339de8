using GymBridge.Agents.Formulas;
using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of GRPO; docs/algorithms/grpo.md has each beside its name in Stable-Baselines3.</summary>
public sealed record GrpoOptions : GroupOptions
{
    /// <summary>What is done to the rewards of a group.</summary>
    /// <value>Scaled.</value>
    [Hyperparameter("scale_rewards", "What is done to the rewards of a group: Scaled by their deviation, or Centred alone.")]
    public GroupScaling Scaling { get; init; } = GroupScaling.Scaled;

    /// <summary>How the losses of tokens become one.</summary>
    /// <value>The mean over all tokens.</value>
    [Hyperparameter("loss_type", "How the losses of tokens become one: TokenMean (dapo), SequenceMean (grpo), FixedLength (dr_grpo) or Sum.", "--token-aggregation", "--loss-type")]
    public TokenAggregation Aggregation { get; init; } = TokenAggregation.TokenMean;

    /// <summary>Most tokens of a completion, which <see cref="TokenAggregation.FixedLength"/> divides by.</summary>
    /// <value>Null: the longest of the update. Otherwise at least 1.</value>
    [Hyperparameter("max_completion_length", "Most tokens of a completion, for FixedLength; the longest of the update by default.")]
    public int? CompletionLength { get; init; }

    /// <summary>Weight of the k3 estimate of the KL divergence to the reference policy in the loss.</summary>
    /// <value>0: none; not negative.</value>
    [Hyperparameter("beta", "Weight of the KL divergence to the reference policy in the loss.", "--kl-beta", "--beta")]
    public double KlCoefficient { get; init; }

    /// <summary>Gradient steps on the completions of an update; with 1 the ratio is 1 and nothing is clipped.</summary>
    /// <value>2; at least 1.</value>
    [Hyperparameter("n_epochs", "Gradient steps on the completions of an update.", "--update-epochs", "--n-epochs")]
    public int Epochs { get; init; } = 2;

    private protected override string Title => Grpo.Descriptor.Title;

    private protected override void Check(OptionChecks checks)
    {
        base.Check(checks);
        checks.Defined(nameof(Scaling), Scaling);
        checks.Defined(nameof(Aggregation), Aggregation);
        checks.AtLeast(nameof(CompletionLength), CompletionLength ?? 1, 1);
        checks.NotNegative(nameof(KlCoefficient), KlCoefficient);
        checks.AtLeast(nameof(Epochs), Epochs, 1);
    }
}
