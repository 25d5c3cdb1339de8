using GymBridge.Agents.Networks;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>Draws the arm by the softmax of the mean rewards so far over a temperature.</summary>
/// <remarks>Source: Sutton and Barto 2018, section 2.8, with action values as preferences; Cesa-Bianchi et al. 2017 on why a constant
/// temperature can lock in. See docs/algorithms/boltzmann.md.</remarks>
public sealed class Boltzmann : ArmBandit
{
    /// <summary>Starts a run that knows nothing.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Null: it has none.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or networks are given.</exception>
    /// <exception cref="NotSupportedException">The observations cannot be read, or the actions are not Discrete.</exception>
    public Boltzmann(VectorEnv env, BoltzmannOptions? options = null, Seed? seed = null, CustomNetworks? networks = null)
        : this(env, options ?? new BoltzmannOptions(), seed, networks, null)
    {
    }

    private Boltzmann(VectorEnv env, BoltzmannOptions options, Seed? seed, CustomNetworks? networks, object? _)
        : base(Descriptor, env, options, seed, new BoltzmannRule(options.Temperature), networks)
    {
    }

    /// <summary>What is known of the algorithm.</summary>
    public static new AlgorithmDescriptor<BoltzmannOptions> Descriptor { get; } = new()
    {
        Name = "boltzmann",
        Title = "Boltzmann exploration",
        Summary = "Draws the arm by the softmax of the mean rewards so far over a temperature.",
        ActionSpaces = ["Discrete"],
        DefaultTimesteps = 500,
        Factory = (env, options, seed, networks) => new Boltzmann(env, options, seed, networks),
    };

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new Boltzmann Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<Boltzmann>(path, env, networks, warn);
}
