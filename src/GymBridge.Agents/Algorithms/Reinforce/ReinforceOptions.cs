using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of REINFORCE; docs/algorithms/reinforce.md has each beside its name in Stable-Baselines3.</summary>
public sealed record ReinforceOptions : AlgorithmOptions
{
    /// <summary>Whole episodes are collected until they have at least this many steps; then follows an update.</summary>
    /// <value>1000; at least 1.</value>
    [Hyperparameter("n_steps", "Steps of whole episodes in an update.", "--num-steps", "--steps-per-update", "--n-steps")]
    public int StepsPerUpdate { get; init; } = 1000;

    /// <summary>Step size of the policy's Adam.</summary>
    /// <value>0.01; positive.</value>
    [Hyperparameter("learning_rate", "Step size of the optimizer; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
    public Schedule LearningRate { get; init; } = 1e-2;

    /// <summary>What the log-probability of an action is weighted with.</summary>
    /// <value>Reward-to-go.</value>
    [Hyperparameter("weighting", "What weights an action: RewardToGo, or TotalReturn of its episode.")]
    public ReturnWeighting Weighting { get; init; } = ReturnWeighting.RewardToGo;

    /// <summary>What is taken off the returns.</summary>
    /// <value>A learned state value.</value>
    [Hyperparameter("baseline", "What is taken off the returns: Learned, MovingAverage or None.")]
    public ReturnBaseline Baseline { get; init; } = ReturnBaseline.Learned;

    /// <summary>Weight of the newest update in the moving average.</summary>
    /// <value>0.05; in [0, 1]. Used with <see cref="ReturnBaseline.MovingAverage"/>.</value>
    [Hyperparameter("baseline_rate", "Weight of the newest update in the moving average.")]
    public double BaselineRate { get; init; } = 0.05;

    /// <summary>Step size of the learned baseline's Adam.</summary>
    /// <value>0.01; positive.</value>
    [Hyperparameter("baseline_learning_rate", "Step size of the learned baseline.")]
    public double BaselineLearningRate { get; init; } = 1e-2;

    /// <summary>Gradient steps of the learned baseline in an update.</summary>
    /// <value>20; at least 1.</value>
    [Hyperparameter("baseline_steps", "Gradient steps of the learned baseline in an update.")]
    public int BaselineSteps { get; init; } = 20;

    /// <summary>Discount of rewards per step: gamma.</summary>
    /// <value>0.99; in [0, 1].</value>
    [Hyperparameter("gamma", "Discount per step.")]
    public double Gamma { get; init; } = 0.99;

    /// <summary>Weight of the entropy bonus.</summary>
    /// <value>0; not negative.</value>
    [Hyperparameter("ent_coef", "Weight of the entropy bonus.")]
    public double EntropyCoefficient { get; init; }

    /// <summary>Whether the weights of the log-probabilities are brought to mean 0 and deviation 1 over the update.</summary>
    /// <value>True.</value>
    [Hyperparameter("normalize_returns", "Whether weights are brought to mean 0 and deviation 1 over the update.")]
    public bool NormalizeReturns { get; init; } = true;

    /// <summary>Whether the loss adds up over the steps of an update, so that longer episodes move the weights further; if not, it is their mean.</summary>
    /// <value>False.</value>
    [Hyperparameter("sum_over_steps", "Whether the loss is a sum over the steps of an update; if not, their mean.")]
    public bool SumsOverSteps { get; init; }

    /// <summary>Longest episode: one that has not ended by then is an error.</summary>
    /// <value>100 000; at least 1.</value>
    [Hyperparameter("max_episode_steps", "Longest episode; one that has not ended by then is an error.", "--longest-episode")]
    public int LongestEpisode { get; init; } = 100_000;

    /// <summary>Sizes of the hidden layers, of the policy and of the baseline.</summary>
    /// <value>[32].</value>
    [Hyperparameter("net_arch", "Sizes of the hidden layers, of the policy and of the baseline.")]
    public IReadOnlyList<int> HiddenSizes { get; init; } = [32];

    /// <summary>What stands between the layers.</summary>
    /// <value>Tanh.</value>
    [Hyperparameter("activation_fn", "What stands between the layers: Tanh or Relu.", "--activation")]
    public Activation Activation { get; init; } = Activation.Tanh;

    /// <summary>Whether weights start orthogonal and biases at zero; if not, as the tensor library makes them: uniform.</summary>
    /// <value>True.</value>
    [Hyperparameter("ortho_init", "Whether weights start orthogonal; if not, uniform as PyTorch's.")]
    public bool StartsOrthogonal { get; init; } = true;

    /// <inheritdoc/>
    public override void Validate()
    {
        var checks = new OptionChecks();
        checks.AtLeast(nameof(StepsPerUpdate), StepsPerUpdate, 1);
        checks.Positive(nameof(LearningRate), LearningRate);
        checks.Defined(nameof(Weighting), Weighting);
        checks.Defined(nameof(Baseline), Baseline);
        checks.InUnitInterval(nameof(BaselineRate), BaselineRate);
        checks.Positive(nameof(BaselineLearningRate), BaselineLearningRate);
        checks.AtLeast(nameof(BaselineSteps), BaselineSteps, 1);
        checks.InUnitInterval(nameof(Gamma), Gamma);
        checks.NotNegative(nameof(EntropyCoefficient), EntropyCoefficient);
        checks.AtLeast(nameof(LongestEpisode), LongestEpisode, 1);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
        checks.Throw("REINFORCE");
    }
}
