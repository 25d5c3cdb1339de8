using GymBridge.Agents.Networks;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>REINFORCE with episodes of one step: Adam on the logits of a softmax, with a moving average of the rewards as baseline.</summary>
/// <remarks>Source: Williams 1992; Kingma and Ba 2015, algorithm 1. See docs/algorithms/reinforce_bandit.md.</remarks>
public sealed class ReinforceBandit : ArmBandit
{
    /// <summary>Starts a run that knows nothing.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Null: it has none.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or networks are given.</exception>
    /// <exception cref="NotSupportedException">The observations cannot be read, or the actions are not Discrete.</exception>
    public ReinforceBandit(VectorEnv env, ReinforceBanditOptions? options = null, Seed? seed = null, CustomNetworks? networks = null)
        : this(env, options ?? new ReinforceBanditOptions(), seed, networks, null)
    {
    }

    private ReinforceBandit(VectorEnv env, ReinforceBanditOptions options, Seed? seed, CustomNetworks? networks, object? _)
        : base(Descriptor, env, options, seed, new ReinforceBanditRule(options.LearningRate, options.BaselineDecay), networks)
    {
    }

    /// <summary>What is known of the algorithm.</summary>
    public static new AlgorithmDescriptor<ReinforceBanditOptions> Descriptor { get; } = new()
    {
        Name = "reinforce_bandit",
        Title = "REINFORCE bandit",
        Summary = "REINFORCE with episodes of one step: Adam on the logits of a softmax, with a moving average of the rewards as baseline.",
        ActionSpaces = ["Discrete"],
        DefaultTimesteps = 500,
        Factory = (env, options, seed, networks) => new ReinforceBandit(env, options, seed, networks),
    };

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new ReinforceBandit Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<ReinforceBandit>(path, env, networks, warn);
}
