using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Networks;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>Monte Carlo control: moves Q(s, a) towards the whole return that followed, when an episode is over.</summary>
/// <remarks>Source: Sutton and Barto 2018, section 5.4 (on-policy, epsilon-soft). See docs/algorithms/monte_carlo.md.</remarks>
public sealed class MonteCarloControl : TabularAlgorithm
{
    private readonly MonteCarloControlOptions _options;
    private readonly EpisodeMemory[] _episodes;

    /// <summary>Starts a run with a fresh table.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the environment does not reset lanes.</exception>
    /// <exception cref="NotSupportedException">It cannot read the observations, or the actions are not Discrete.</exception>
    public MonteCarloControl(VectorEnv env, MonteCarloControlOptions? options = null, Seed? seed = null)
        : this(env, options ?? new MonteCarloControlOptions(), seed, null)
    {
    }

    private MonteCarloControl(VectorEnv env, MonteCarloControlOptions options, Seed? seed, CustomNetworks? networks)
        : base(Descriptor, env, options, seed, networks)
    {
        _options = options;
        _episodes = [.. Enumerable.Range(0, env.NumEnvs).Select(_ => new EpisodeMemory(Table.Features))];
    }

    /// <summary>What is known of the algorithm.</summary>
    public static new AlgorithmDescriptor<MonteCarloControlOptions> Descriptor { get; } = new()
    {
        Name = "monte_carlo",
        Title = "Monte Carlo control",
        Summary = "A table of action values, moved towards the returns of whole episodes.",
        ActionSpaces = ["Discrete"],
        Factory = (env, options, seed, networks) => new MonteCarloControl(env, options, seed, networks),
    };

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new MonteCarloControl Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<MonteCarloControl>(path, env, networks, warn);

    internal override (double Error, long Next) Learn(in TabularTransition transition)
    {
        var episode = _episodes[transition.Lane];
        episode.Add(transition.State, transition.Action, transition.Reward);
        if (!transition.Ended)
        {
            return (0, Open);
        }

        // What would have come after a cut is worth what the policy gets from there.
        var value = transition.Terminated ? 0 : Expected(transition.Next);
        var errors = 0.0;
        for (var step = episode.Count - 1; step >= 0; step--)
        {
            value = episode.Reward(step) + (_options.Gamma * value);
            if (!_options.FirstVisit || !episode.IsRepeated(step))
            {
                errors += Math.Abs(Move(episode.State(step), episode.Action(step), value));
            }
        }

        episode.Clear();
        return (errors, Open);
    }

    private protected override void Restart() => Array.ForEach(_episodes, episode => episode.Clear());

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        base.ExchangeState(archive);
        for (var lane = 0; lane < _episodes.Length; lane++)
        {
            _episodes[lane].Exchange(archive, $"episode_{lane}");
        }
    }
}
