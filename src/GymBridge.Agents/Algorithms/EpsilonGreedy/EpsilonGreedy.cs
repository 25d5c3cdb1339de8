using GymBridge.Agents.Networks;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>The arm with the best mean so far, and at the rate epsilon any arm; optimistic first values explore by themselves.</summary>
/// <remarks>Source: Sutton and Barto 2018, sections 2.2 to 2.6. Epsilon 0 is greedy, 1 pulls arms at random. See docs/algorithms/epsilon_greedy.md.</remarks>
public sealed class EpsilonGreedy : ArmBandit
{
    /// <summary>Starts a run that knows nothing.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Null: it has none.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or networks are given.</exception>
    /// <exception cref="NotSupportedException">The observations cannot be read, or the actions are not Discrete.</exception>
    public EpsilonGreedy(VectorEnv env, EpsilonGreedyOptions? options = null, Seed? seed = null, CustomNetworks? networks = null)
        : this(env, options ?? new EpsilonGreedyOptions(), seed, networks, null)
    {
    }

    private EpsilonGreedy(VectorEnv env, EpsilonGreedyOptions options, Seed? seed, CustomNetworks? networks, object? _)
        : base(Descriptor, env, options, seed, new EpsilonGreedyRule(options.Epsilon, options.InitialValue, options.StepSize, options.SplitTies), networks)
    {
    }

    /// <summary>What is known of the algorithm.</summary>
    public static new AlgorithmDescriptor<EpsilonGreedyOptions> Descriptor { get; } = new()
    {
        Name = "epsilon_greedy",
        Title = "Epsilon-greedy",
        Summary = "The arm with the best mean so far, and at the rate epsilon any arm; optimistic first values explore by themselves.",
        ActionSpaces = ["Discrete"],
        DefaultTimesteps = 500,
        Factory = (env, options, seed, networks) => new EpsilonGreedy(env, options, seed, networks),
    };

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new EpsilonGreedy Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<EpsilonGreedy>(path, env, networks, warn);
}
