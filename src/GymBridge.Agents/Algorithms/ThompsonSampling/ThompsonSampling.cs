using GymBridge.Agents.Networks;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>Draws what each arm may pay from its Beta posterior, and pulls the arm with the greatest draw.</summary>
/// <remarks>Source: Thompson 1933; Chapelle and Li 2011, algorithm 2. Rewards between 0 and 1 count as a success with that probability:
/// Agrawal and Goyal 2012, algorithm 2. See docs/algorithms/thompson_sampling.md.</remarks>
public sealed class ThompsonSampling : ArmBandit
{
    /// <summary>Starts a run that knows nothing.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Null: it has none.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or networks are given.</exception>
    /// <exception cref="NotSupportedException">The observations cannot be read, or the actions are not Discrete.</exception>
    public ThompsonSampling(VectorEnv env, ThompsonSamplingOptions? options = null, Seed? seed = null, CustomNetworks? networks = null)
        : this(env, options ?? new ThompsonSamplingOptions(), seed, networks, null)
    {
    }

    private ThompsonSampling(VectorEnv env, ThompsonSamplingOptions options, Seed? seed, CustomNetworks? networks, object? _)
        : base(Descriptor, env, options, seed, new ThompsonSamplingRule(options.PriorSuccesses, options.PriorFailures), networks)
    {
    }

    /// <summary>What is known of the algorithm.</summary>
    public static new AlgorithmDescriptor<ThompsonSamplingOptions> Descriptor { get; } = new()
    {
        Name = "thompson_sampling",
        Title = "Thompson sampling",
        Summary = "Draws what each arm may pay from its Beta posterior, and pulls the arm with the greatest draw.",
        ActionSpaces = ["Discrete"],
        DefaultTimesteps = 500,
        Factory = (env, options, seed, networks) => new ThompsonSampling(env, options, seed, networks),
    };

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new ThompsonSampling Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<ThompsonSampling>(path, env, networks, warn);
}
