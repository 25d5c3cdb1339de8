using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of PPO with a KL penalty to a reference policy; docs/algorithms/rlhf_ppo.md has each beside its name in
/// Stable-Baselines3.</summary>
public sealed record RlhfPpoOptions : CompletionOptions
{
    /// <summary>Weight of the penalty for each token, log pi - log ref.</summary>
    /// <value>0.05; not negative.</value>
    [Hyperparameter("kl_coef", "Weight of log pi - log ref, which is taken off the reward of each token.")]
    public double KlCoefficient { get; init; } = 0.05;

    /// <summary>Completions in a minibatch.</summary>
    /// <value>64; at least 1.</value>
    [Hyperparameter("batch_size", "Completions in a minibatch.", "--minibatch-size", "--batch-size")]
    public int MinibatchSize { get; init; } = 64;

    /// <summary>Passes over the completions of an update.</summary>
    /// <value>4; at least 1.</value>
    [Hyperparameter("n_epochs", "Passes over the completions of an update.", "--update-epochs", "--n-epochs")]
    public int Epochs { get; init; } = 4;

    /// <summary>Discount per token.</summary>
    /// <value>1; in [0, 1].</value>
    [Hyperparameter("gamma", "Discount per step.")]
    public double Gamma { get; init; } = 1;

    /// <summary>Weight of longer advantage estimates.</summary>
    /// <value>0.95; in [0, 1].</value>
    [Hyperparameter("gae_lambda", "Weight of longer advantage estimates, lambda of GAE.")]
    public double GaeLambda { get; init; } = 0.95;

    /// <summary>Whether advantages are brought to mean 0 and deviation 1 over all tokens of an update.</summary>
    /// <value>True.</value>
    [Hyperparameter("normalize_advantage", "Whether advantages are brought to mean 0 and deviation 1 over the tokens of an update.", "--norm-adv", "--normalize-advantage")]
    public bool NormalizeAdvantage { get; init; } = true;

    /// <summary>Bound on how far a new value may move from the old one in the loss, where that makes the loss larger.</summary>
    /// <value>0.2. Null: no bound.</value>
    [Hyperparameter("clip_range_vf", "Bound on how far a new value may move from the old one in the loss.")]
    public double? ClipRangeValue { get; init; } = 0.2;

    /// <summary>Weight of the value loss, the mean squared error.</summary>
    /// <value>0.1; not negative.</value>
    [Hyperparameter("vf_coef", "Weight of the value loss.")]
    public double ValueCoefficient { get; init; } = 0.1;

    /// <summary>Sizes of the hidden layers, of the policy and of the value network.</summary>
    /// <value>[128, 128].</value>
    [Hyperparameter("net_arch", "Sizes of the hidden layers, of the policy and of the value network.")]
    public IReadOnlyList<int> HiddenSizes { get; init; } = [128, 128];

    /// <summary>What stands between the layers.</summary>
    /// <value>Tanh.</value>
    [Hyperparameter("activation_fn", "What stands between the layers: Tanh or Relu.", "--activation")]
    public Activation Activation { get; init; } = Activation.Tanh;

    private protected override string Title => RlhfPpo.Descriptor.Title;

    private protected override void Check(OptionChecks checks)
    {
        checks.NotNegative(nameof(KlCoefficient), KlCoefficient);
        checks.AtLeast(nameof(MinibatchSize), MinibatchSize, 1);
        checks.AtLeast(nameof(Epochs), Epochs, 1);
        checks.InUnitInterval(nameof(Gamma), Gamma);
        checks.InUnitInterval(nameof(GaeLambda), GaeLambda);
        checks.Positive(nameof(ClipRangeValue), ClipRangeValue ?? 1);
        checks.NotNegative(nameof(ValueCoefficient), ValueCoefficient);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
    }
}
