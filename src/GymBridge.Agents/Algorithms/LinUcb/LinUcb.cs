using GymBridge.Agents.Networks;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>A ridge regression of the reward on the context for each arm, and the arm with the highest upper confidence bound.</summary>
/// <remarks>Source: Li et al. 2010, arXiv:1003.0146, algorithm 1 (disjoint linear models). See docs/algorithms/linucb.md.</remarks>
public sealed class LinUcb : ArmBandit
{
    /// <summary>Starts a run that knows nothing.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Null: it has none.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or networks are given.</exception>
    /// <exception cref="NotSupportedException">The observations cannot be read, or the actions are not Discrete.</exception>
    public LinUcb(VectorEnv env, LinUcbOptions? options = null, Seed? seed = null, CustomNetworks? networks = null)
        : this(env, options ?? new LinUcbOptions(), seed, networks, null)
    {
    }

    private LinUcb(VectorEnv env, LinUcbOptions options, Seed? seed, CustomNetworks? networks, object? _)
        : base(Descriptor, env, options, seed, new LinUcbRule(options.Exploration), networks)
    {
    }

    /// <summary>What is known of the algorithm.</summary>
    public static new AlgorithmDescriptor<LinUcbOptions> Descriptor { get; } = new()
    {
        Name = "linucb",
        Title = "LinUCB",
        Summary = "A ridge regression of the reward on the context for each arm, and the arm with the highest upper confidence bound.",
        ActionSpaces = ["Discrete"],
        DefaultTimesteps = 500,
        Factory = (env, options, seed, networks) => new LinUcb(env, options, seed, networks),
    };

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new LinUcb Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<LinUcb>(path, env, networks, warn);
}
