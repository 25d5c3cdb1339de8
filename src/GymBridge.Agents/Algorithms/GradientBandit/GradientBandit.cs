using GymBridge.Agents.Networks;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>A softmax over preferences that move along the sampled gradient of the mean reward, with the mean reward so far as baseline.</summary>
/// <remarks>Source: Sutton and Barto 2018, section 2.8, equation 2.12. See docs/algorithms/gradient_bandit.md.</remarks>
public sealed class GradientBandit : ArmBandit
{
    /// <summary>Starts a run that knows nothing.</summary>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Null: it has none.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or networks are given.</exception>
    /// <exception cref="NotSupportedException">The observations cannot be read, or the actions are not Discrete.</exception>
    public GradientBandit(VectorEnv env, GradientBanditOptions? options = null, Seed? seed = null, CustomNetworks? networks = null)
        : this(env, options ?? new GradientBanditOptions(), seed, networks, null)
    {
    }

    private GradientBandit(VectorEnv env, GradientBanditOptions options, Seed? seed, CustomNetworks? networks, object? _)
        : base(Descriptor, env, options, seed, new GradientBanditRule(options.StepSize), networks)
    {
    }

    /// <summary>What is known of the algorithm.</summary>
    public static new AlgorithmDescriptor<GradientBanditOptions> Descriptor { get; } = new()
    {
        Name = "gradient_bandit",
        Title = "Gradient bandit",
        Summary = "A softmax over preferences that move along the sampled gradient of the mean reward, with the mean reward so far as baseline.",
        ActionSpaces = ["Discrete"],
        DefaultTimesteps = 500,
        Factory = (env, options, seed, networks) => new GradientBandit(env, options, seed, networks),
    };

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new GradientBandit Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<GradientBandit>(path, env, networks, warn);
}
