using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of PPO with a KL penalty to a reference policy.</summary>
public sealed record RlhfPpoOptions : AlgorithmOptions
{
    /// <summary>Weight of the penalty for each token, log pi - log ref.</summary>
    /// <value>0.05; not negative.</value>
    [Hyperparameter("kl_coef", "Weight of log pi - log ref, which is taken off the reward of each token.")]
    public double KlCoefficient { get; init; } = 0.05;

    /// <summary>File of a reward model whose score of a completion is learned from in place of the environment's rewards.</summary>
    /// <value>Null: the environment's rewards.</value>
    [Hyperparameter("reward_model", "File of a reward model to learn from; the environment's rewards by default.")]
    public string? RewardModel { get; init; }

    /// <summary>Completions in a minibatch.</summary>
    /// <value>64; at least 1.</value>
    [Hyperparameter("batch_size", "Completions in a minibatch.", "--minibatch-size", "--batch-size")]
    public int MinibatchSize { get; init; } = 64;

    /// <summary>Passes over the completions of an update.</summary>
    /// <value>4; at least 1.</value>
    [Hyperparameter("n_epochs", "Passes over the completions of an update.", "--update-epochs", "--n-epochs")]
    public int Epochs { get; init; } = 4;

    /// <summary>Step size of Adam.</summary>
    /// <value>1e-3; positive. TRL has 3e-6, for language models.</value>
    [Hyperparameter("learning_rate", "Step size of the optimizer; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
    public Schedule LearningRate { get; init; } = 1e-3;

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

    /// <summary>Bound on the probability ratio.</summary>
    /// <value>0.2; positive.</value>
    [Hyperparameter("clip_range", "Bound on the probability ratio; lin_0.2 falls to 0 over the run.", "--clip-coef", "--clip-range")]
    public Schedule ClipRange { get; init; } = 0.2;

    /// <summary>Bound on how far a new value may move from the old one in the loss, where that makes the loss larger.</summary>
    /// <value>0.2. Null: no bound.</value>
    [Hyperparameter("clip_range_vf", "Bound on how far a new value may move from the old one in the loss.")]
    public double? ClipRangeValue { get; init; } = 0.2;

    /// <summary>Weight of the value loss, the mean squared error.</summary>
    /// <value>0.1; not negative.</value>
    [Hyperparameter("vf_coef", "Weight of the value loss.")]
    public double ValueCoefficient { get; init; } = 0.1;

    /// <summary>Weight of the entropy bonus.</summary>
    /// <value>0; not negative.</value>
    [Hyperparameter("ent_coef", "Weight of the entropy bonus.")]
    public double EntropyCoefficient { get; init; }

    /// <summary>Largest global norm of a gradient.</summary>
    /// <value>1; positive.</value>
    [Hyperparameter("max_grad_norm", "Largest global norm of a gradient.")]
    public double MaxGradNorm { get; init; } = 1;

    /// <summary>Longest completion: one that has not ended by then is an error.</summary>
    /// <value>10 000; at least 1.</value>
    [Hyperparameter("max_episode_steps", "Longest episode; one that has not ended by then is an error.", "--longest-episode")]
    public int LongestEpisode { get; init; } = 10_000;

    /// <summary>Sizes of the hidden layers, of the policy and of the value network.</summary>
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
        checks.NotNegative(nameof(KlCoefficient), KlCoefficient);
        checks.AtLeast(nameof(MinibatchSize), MinibatchSize, 1);
        checks.AtLeast(nameof(Epochs), Epochs, 1);
        checks.Positive(nameof(LearningRate), LearningRate);
        checks.InUnitInterval(nameof(Gamma), Gamma);
        checks.InUnitInterval(nameof(GaeLambda), GaeLambda);
        checks.Positive(nameof(ClipRange), ClipRange);
        checks.Positive(nameof(ClipRangeValue), ClipRangeValue ?? 1);
        checks.NotNegative(nameof(ValueCoefficient), ValueCoefficient);
        checks.NotNegative(nameof(EntropyCoefficient), EntropyCoefficient);
        checks.Positive(nameof(MaxGradNorm), MaxGradNorm);
        checks.AtLeast(nameof(LongestEpisode), LongestEpisode, 1);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
        checks.Throw("RLHF PPO");
    }
}
