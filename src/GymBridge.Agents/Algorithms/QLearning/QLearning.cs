using GymBridge.Agents.Formulas;
using GymBridge.Agents.Networks;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>Q-learning: moves Q(s, a) towards r + gamma max_a' Q(s', a'), what is best from there, whatever is done.</summary>
/// <remarks>Source: Watkins 1989; Sutton and Barto 2018, section 6.5. See docs/algorithms/q_learning.md.</remarks>
public sealed class QLearning : TabularAlgorithm
{
    private readonly QLearningOptions _options;

    /// <summary>Starts a run with a fresh table.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the environment does not reset lanes.</exception>
    /// <exception cref="NotSupportedException">It cannot read the observations, or the actions are not Discrete.</exception>
    public QLearning(VectorEnv env, QLearningOptions? options = null, Seed? seed = null)
        : this(env, options ?? new QLearningOptions(), seed, null)
    {
    }

    private QLearning(VectorEnv env, QLearningOptions options, Seed? seed, CustomNetworks? networks)
        : base(Descriptor, env, options, seed, networks) => _options = options;

    /// <summary>What is known of the algorithm.</summary>
    public static new AlgorithmDescriptor<QLearningOptions> Descriptor { get; } = new()
    {
        Name = "q_learning",
        Title = "Q-learning",
        Summary = "A table of action values, moved towards the reward and the best value of the next state.",
        ActionSpaces = ["Discrete"],
        Factory = (env, options, seed, networks) => new QLearning(env, options, seed, networks),
    };

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new QLearning Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<QLearning>(path, env, networks, warn);

    internal override (double Error, long Next) Learn(in TabularTransition transition)
    {
        var target = ActionValueTargets.QLearning(transition.Reward, _options.Gamma, Table.Read(transition.Next), transition.Terminated);
        return (Move(transition.State, transition.Action, target), Open);
    }
}
