using GymBridge.Agents.Networks;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>The arm with the highest upper confidence bound: its mean so far plus what it may pay more, having been pulled seldom.</summary>
/// <remarks>Source: Auer, Cesa-Bianchi and Fischer 2002, figure 1. See docs/algorithms/ucb1.md.</remarks>
public sealed class Ucb1 : ArmBandit
{
    /// <summary>Starts a run that knows nothing.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Null: it has none.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or networks are given.</exception>
    /// <exception cref="NotSupportedException">The observations cannot be read, or the actions are not Discrete.</exception>
    public Ucb1(VectorEnv env, Ucb1Options? options = null, Seed? seed = null, CustomNetworks? networks = null)
        : this(env, options ?? new Ucb1Options(), seed, networks, null)
    {
    }

    private Ucb1(VectorEnv env, Ucb1Options options, Seed? seed, CustomNetworks? networks, object? _)
        : base(Descriptor, env, options, seed, new Ucb1Rule(options.Exploration), networks)
    {
    }

    /// <summary>What is known of the algorithm.</summary>
    public static new AlgorithmDescriptor<Ucb1Options> Descriptor { get; } = new()
    {
        Name = "ucb1",
        Title = "UCB1",
        Summary = "The arm with the highest upper confidence bound: its mean so far plus what it may pay more, having been pulled seldom.",
        ActionSpaces = ["Discrete"],
        DefaultTimesteps = 500,
        Factory = (env, options, seed, networks) => new Ucb1(env, options, seed, networks),
    };

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new Ucb1 Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<Ucb1>(path, env, networks, warn);
}
