using GymBridge.Agents.Formulas;
using GymBridge.Agents.Networks;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>Expected SARSA: moves Q(s, a) towards r + gamma sum_a' pi(a' | s') Q(s', a'), the mean over the policy in place of one draw.</summary>
/// <remarks>Source: van Seijen et al. 2009; Sutton and Barto 2018, section 6.6. See docs/algorithms/expected_sarsa.md.</remarks>
public sealed class ExpectedSarsa : TabularAlgorithm
{
    private readonly ExpectedSarsaOptions _options;

    /// <summary>Starts a run with a fresh table.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the environment does not reset lanes.</exception>
    /// <exception cref="NotSupportedException">It cannot read the observations, or the actions are not Discrete.</exception>
    public ExpectedSarsa(VectorEnv env, ExpectedSarsaOptions? options = null, Seed? seed = null)
        : this(env, options ?? new ExpectedSarsaOptions(), seed, null)
    {
    }

    private ExpectedSarsa(VectorEnv env, ExpectedSarsaOptions options, Seed? seed, CustomNetworks? networks)
        : base(Descriptor, env, options, seed, networks) => _options = options;

    /// <summary>What is known of the algorithm.</summary>
    public static new AlgorithmDescriptor<ExpectedSarsaOptions> Descriptor { get; } = new()
    {
        Name = "expected_sarsa",
        Title = "Expected SARSA",
        Summary = "A table of action values, moved towards the reward and the mean value of the next state under the policy.",
        ActionSpaces = ["Discrete"],
        Factory = (env, options, seed, networks) => new ExpectedSarsa(env, options, seed, networks),
    };

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new ExpectedSarsa Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<ExpectedSarsa>(path, env, networks, warn);

    internal override (double Error, long Next) Learn(in TabularTransition transition)
    {
        var target = ActionValueTargets.ExpectedSarsa(transition.Reward, _options.Gamma, Table.Read(transition.Next), Epsilon, transition.Terminated);
        return (Move(transition.State, transition.Action, target), Open);
    }
}
