using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of a reward model; docs/algorithms/reward_model.md has each beside its name in Stable-Baselines3.</summary>
public sealed record RewardModelOptions : AlgorithmOptions
{
    /// <summary>What the preferred completion has to be better by.</summary>
    /// <value>0; finite.</value>
    [Hyperparameter("margin", "What the preferred completion has to be better by.")]
    public double Margin { get; init; }

    /// <summary>Weight of mean (r_w + r_l)^2, which draws the rewards to a mean of 0.</summary>
    /// <value>0; not negative. TRL recommends 0.01.</value>
    [Hyperparameter("center_rewards_coefficient", "Weight of the squared sum of the two rewards of a pair.")]
    public double Centring { get; init; }

    /// <summary>Pairs in a minibatch.</summary>
    /// <value>100; at least 1.</value>
    [Hyperparameter("batch_size", "Pairs in a minibatch.", "--minibatch-size", "--batch-size")]
    public int BatchSize { get; init; } = 100;

    /// <summary>Step size of the optimizer AdamW.</summary>
    /// <value>3e-3; positive. TRL has 1e-4, for language models.</value>
    [Hyperparameter("learning_rate", "Step size of the optimizer; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>Decay of the weights.</summary>
    /// <value>1e-3; not negative.</value>
    [Hyperparameter("weight_decay", "Decay of the weights by AdamW.")]
    public double WeightDecay { get; init; } = 1e-3;

    /// <summary>Sizes of the hidden layers.</summary>
    /// <value>[64].</value>
    [Hyperparameter("net_arch", "Sizes of the hidden layers.")]
    public IReadOnlyList<int> HiddenSizes { get; init; } = [64];

    /// <summary>What stands between the layers.</summary>
    /// <value>Relu.</value>
    [Hyperparameter("activation_fn", "What stands between the layers: Tanh or Relu.", "--activation")]
    public Activation Activation { get; init; } = Activation.Relu;

    /// <inheritdoc/>
    public override void Validate()
    {
        var checks = new OptionChecks();
        checks.Finite(nameof(Margin), Margin);
        checks.NotNegative(nameof(Centring), Centring);
        checks.AtLeast(nameof(BatchSize), BatchSize, 1);
        checks.Positive(nameof(LearningRate), LearningRate);
        checks.NotNegative(nameof(WeightDecay), WeightDecay);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
        checks.Throw("A reward model");
    }
}
