using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of the actor-critic with Monte Carlo advantages; docs/algorithms/actor_critic.md has each beside its name in
/// Stable-Baselines3.</summary>
public sealed record ActorCriticOptions : AlgorithmOptions
{
    /// <summary>Whole episodes are collected until they have at least this many steps; then follows an update.</summary>
    /// <value>1: an update after each episode of each lane. At least 1.</value>
    [Hyperparameter("n_steps", "Steps of whole episodes in an update.", "--num-steps", "--n-steps")]
    public int StepsPerUpdate { get; init; } = 1;

    /// <summary>Step size of the optimizer Adam.</summary>
    /// <value>3e-4; positive.</value>
    [Hyperparameter("learning_rate", "Step size of the optimizer; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
    public Schedule LearningRate { get; init; } = 3e-4;

    /// <summary>Discount of rewards per step: gamma.</summary>
    /// <value>0.99; in [0, 1].</value>
    [Hyperparameter("gamma", "Discount per step.")]
    public double Gamma { get; init; } = 0.99;

    /// <summary>Weight of the value loss.</summary>
    /// <value>0.5; not negative.</value>
    [Hyperparameter("vf_coef", "Weight of the value loss.")]
    public double ValueCoefficient { get; init; } = 0.5;

    /// <summary>Weight of the entropy bonus.</summary>
    /// <value>0; not negative.</value>
    [Hyperparameter("ent_coef", "Weight of the entropy bonus.")]
    public double EntropyCoefficient { get; init; }

    /// <summary>Longest episode: one that has not ended by then is an error.</summary>
    /// <value>100 000; at least 1.</value>
    [Hyperparameter("max_episode_steps", "Longest episode; one that has not ended by then is an error.", "--longest-episode")]
    public int LongestEpisode { get; init; } = 100_000;

    /// <summary>Sizes of the hidden layers that policy and value share.</summary>
    /// <value>[64].</value>
    [Hyperparameter("net_arch", "Sizes of the hidden layers.")]
    public IReadOnlyList<int> HiddenSizes { get; init; } = [64];

    /// <summary>What stands between the layers.</summary>
    /// <value>ReLU.</value>
    [Hyperparameter("activation_fn", "What stands between the layers: Tanh or Relu.", "--activation")]
    public Activation Activation { get; init; } = Activation.Relu;

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
        checks.InUnitInterval(nameof(Gamma), Gamma);
        checks.NotNegative(nameof(ValueCoefficient), ValueCoefficient);
        checks.NotNegative(nameof(EntropyCoefficient), EntropyCoefficient);
        checks.AtLeast(nameof(LongestEpisode), LongestEpisode, 1);
        checks.Sizes(nameof(HiddenSizes), HiddenSizes);
        checks.Defined(nameof(Activation), Activation);
        checks.Throw("Actor-critic");
    }
}
