using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of RLOO.</summary>
public sealed record RlooOptions : AlgorithmOptions
{
    /// <summary>Completions of one prompt, of which each has the mean of the others for its baseline. The lanes are a multiple of it.</summary>
    /// <value>16; at least 2. TRL has 2.</value>
    [Hyperparameter("num_generations", "Completions of one prompt, which are compared; the lanes are a multiple of it.", "--group-size", "--num-generations")]
    public int GroupSize { get; init; } = 16;

    /// <summary>Weight of log pi - log ref of a completion, which is taken off its reward.</summary>
    /// <value>0.05; not negative.</value>
    [Hyperparameter("kl_coef", "Weight of log pi - log ref, which is taken off the reward of each completion.")]
    public double KlCoefficient { get; init; } = 0.05;

    /// <summary>Name of a reset option that numbers the start states, such as <c>prompt</c>: group g starts with g in every update.</summary>
    /// <value>Null: each group starts where a seed of its own leads, another one in every update.</value>
    [Hyperparameter("group_option", "Reset option that numbers the start states, such as prompt: group g gets g; by default each group gets a seed.")]
    public string? GroupOption { get; init; }

    /// <summary>File of a reward model whose score of a completion is learned from in place of the environment's rewards.</summary>
    /// <value>Null: the environment's rewards.</value>
    [Hyperparameter("reward_model", "File of a reward model to learn from; the environment's rewards by default.")]
    public string? RewardModel { get; init; }

    /// <summary>Gradient steps on the completions of an update; with 1 the ratio is 1 and nothing is clipped: REINFORCE.</summary>
    /// <value>1; at least 1.</value>
    [Hyperparameter("n_epochs", "Gradient steps on the completions of an update.", "--update-epochs", "--n-epochs")]
    public int Epochs { get; init; } = 1;

    /// <summary>Step size of Adam.</summary>
    /// <value>1e-3; positive.</value>
    [Hyperparameter("learning_rate", "Step size of the optimizer; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
    public Schedule LearningRate { get; init; } = 1e-3;

    /// <summary>Bound on the ratio of the probabilities of whole completions.</summary>
    /// <value>0.2; positive.</value>
    [Hyperparameter("clip_range", "Bound on the probability ratio; lin_0.2 falls to 0 over the run.", "--clip-coef", "--clip-range")]
    public Schedule ClipRange { get; init; } = 0.2;

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

    /// <summary>Sizes of the hidden layers of the policy.</summary>
    /// <value>[256, 256].</value>
    [Hyperparameter("net_arch", "Sizes of the hidden layers, of the policy and of the value network.")]
    public IReadOnlyList<int> HiddenSizes { get; init; } = [256, 256];

    /// <summary>What stands between the layers.</summary>
    /// <value>Relu.</value>
    [Hyperparameter("activation_fn", "What stands between the layers: Tanh or Relu.", "--activation")]
    public Activation Activation { get; init; } = Activation.Relu;

    /// <inheritdoc/>
    public override void Validate()
    {
        var checks = new OptionChecks();
        checks.AtLeast(nameof(GroupSize), GroupSize, 2);
        checks.NotNegative(nameof(KlCoefficient), KlCoefficient);
        checks.AtLeast(nameof(Epochs), Epochs, 1);
        checks.Positive(nameof(LearningRate), LearningRate);
        checks.Positive(nameof(ClipRange), ClipRange);
        checks.NotNegative(nameof(EntropyCoefficient), EntropyCoefficient);
        checks.Positive(nameof(MaxGradNorm), MaxGradNorm);
        checks.AtLeast(nameof(LongestEpisode), LongestEpisode, 1);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
        checks.Throw("RLOO");
    }
}
