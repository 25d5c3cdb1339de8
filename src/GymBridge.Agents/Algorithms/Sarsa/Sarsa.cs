using GymBridge.Agents.Formulas;
using GymBridge.Agents.Networks;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>SARSA: moves Q(s, a) towards r + gamma Q(s', a'), where a' is the action that is taken next, exploration and all.</summary>
/// <remarks>Source: Rummery and Niranjan 1994; Sutton and Barto 2018, section 6.4. See docs/algorithms/sarsa.md.</remarks>
public sealed class Sarsa : TabularAlgorithm
{
    private readonly SarsaOptions _options;

    /// <summary>Starts a run with a fresh table.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the environment does not reset lanes.</exception>
    /// <exception cref="NotSupportedException">It cannot read the observations, or the actions are not Discrete.</exception>
    public Sarsa(VectorEnv env, SarsaOptions? options = null, Seed? seed = null)
        : this(env, options ?? new SarsaOptions(), seed, null)
    {
    }

    private Sarsa(VectorEnv env, SarsaOptions options, Seed? seed, CustomNetworks? networks)
        : base(Descriptor, env, options, seed, networks) => _options = options;

    /// <summary>What is known of the algorithm.</summary>
    public static new AlgorithmDescriptor<SarsaOptions> Descriptor { get; } = new()
    {
        Name = "sarsa",
        Title = "SARSA",
        Summary = "A table of action values, moved towards the reward and the value of the action that is taken next.",
        ActionSpaces = ["Discrete"],
        Factory = (env, options, seed, networks) => new Sarsa(env, options, seed, networks),
    };

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new Sarsa Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<Sarsa>(path, env, networks, warn);

    internal override (double Error, long Next) Learn(in TabularTransition transition)
    {
        if (transition.Terminated)
        {
            return (Move(transition.State, transition.Action, transition.Reward), Open);
        }

        // The action of the target is the one that is taken. After a cut it stands for the one that would have been.
        var next = Choose(transition.Lane, transition.Next);
        var value = Table.Read(transition.Next)[(int)next];
        return (Move(transition.State, transition.Action, ActionValueTargets.Sarsa(transition.Reward, _options.Gamma, value, terminated: false)), next);
    }
}
