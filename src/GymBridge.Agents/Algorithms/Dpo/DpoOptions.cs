using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of DPO; docs/algorithms/dpo.md has each beside its name in Stable-Baselines3.</summary>
public sealed record DpoOptions : AlgorithmOptions
{
    /// <summary>beta: weight of the KL divergence that the policy is optimal for.</summary>
    /// <value>0.1; positive.</value>
    [Hyperparameter("beta", "Weight of the KL divergence to the reference policy in the loss.", "--kl-beta", "--beta")]
    public double KlCoefficient { get; init; } = 0.1;

    /// <summary>The loss of a pair.</summary>
    /// <value>Sigmoid.</value>
    [Hyperparameter("loss_type", "The loss of a pair: Sigmoid (DPO) or Ipo.", "--preference-loss")]
    public PreferenceLoss Loss { get; init; } = PreferenceLoss.Sigmoid;

    /// <summary>The chance that a label is wrong: conservative DPO. Used with <see cref="PreferenceLoss.Sigmoid"/>.</summary>
    /// <value>0; in [0, 0.5).</value>
    [Hyperparameter("label_smoothing", "The chance that a label is wrong (conservative DPO).")]
    public double LabelSmoothing { get; init; }

    /// <summary>Pairs in a minibatch.</summary>
    /// <value>100; at least 1.</value>
    [Hyperparameter("batch_size", "Pairs in a minibatch.", "--minibatch-size", "--batch-size")]
    public int BatchSize { get; init; } = 100;

    /// <summary>Step size of the optimizer Adam.</summary>
    /// <value>1e-3; positive. TRL has 1e-6, for language models.</value>
    [Hyperparameter("learning_rate", "Step size of the optimizer; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Sizes of the hidden layers of the policy.</summary>
    /// <value>[128, 128].</value>
    [Hyperparameter("net_arch", "Sizes of the hidden layers, of the policy and of the value network.")]
    public IReadOnlyList<int> HiddenSizes { get; init; } = [128, 128];

    /// <summary>What stands between the layers.</summary>
    /// <value>Tanh.</value>
    [Hyperparameter("activation_fn", "What stands between the layers: Tanh or Relu.", "--activation")]
    public Activation Activation { get; init; } = Activation.Tanh;

    /// <inheritdoc/>
    public override void Validate()
    {
        var checks = new OptionChecks();
        checks.Positive(nameof(KlCoefficient), KlCoefficient);
        checks.Defined(nameof(Loss), Loss);
        checks.Check(LabelSmoothing is >= 0 and < 0.5, nameof(LabelSmoothing), LabelSmoothing, "at least 0 and below 0.5");
        checks.AtLeast(nameof(BatchSize), BatchSize, 1);
        checks.Positive(nameof(LearningRate), LearningRate);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
        checks.Throw("DPO");
    }
}
