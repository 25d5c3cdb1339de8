using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>What the options of all algorithms that learn from whole completions have in common.</summary>
public abstract record CompletionOptions : AlgorithmOptions
{
    /// <summary>File of a reward model whose score of a completion is learned from in place of the environment's rewards.</summary>
    /// <value>Null: the environment's rewards.</value>
    [Hyperparameter("reward_model", "File of a reward model to learn from; the environment's rewards by default.")]
    public string? RewardModel { get; init; }

    /// <summary>Step size of the optimizer Adam.</summary>
    /// <value>1e-3; positive. TRL has 1e-6 to 3e-6, for language models.</value>
    [Hyperparameter("learning_rate", "Step size of the optimizer; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
    public Schedule LearningRate { get; init; } = 1e-3;

    /// <summary>Bound on the probability ratio.</summary>
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

    /// <inheritdoc/>
    public sealed override void Validate()
    {
        var checks = new OptionChecks();
        Check(checks);
        checks.Positive(nameof(LearningRate), LearningRate);
        checks.Positive(nameof(ClipRange), ClipRange);
        checks.NotNegative(nameof(EntropyCoefficient), EntropyCoefficient);
        checks.Positive(nameof(MaxGradNorm), MaxGradNorm);
        checks.AtLeast(nameof(LongestEpisode), LongestEpisode, 1);
        checks.Throw(Title);
    }

    private protected abstract string Title { get; }

    private protected abstract void Check(OptionChecks checks);
}
