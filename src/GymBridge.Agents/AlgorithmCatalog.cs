using GymBridge.Agents.Ppo;
using GymBridge.Agents.Reinforce;
using GymBridge.Registration;

namespace GymBridge.Agents;

/// <summary>The algorithms by name.</summary>
public static class AlgorithmCatalog
{
    /// <summary>All algorithms, by name.</summary>
    public static IReadOnlyList<Algorithm> All { get; } =
    [
        new(
            PpoAgent.Name,
            typeof(PpoOptions),
            env => IsCartPole(env) ? PpoOptions.CartPole : new PpoOptions(),
            options => ((PpoOptions)options).NumEnvs,
            100_000,
            (env, options, seed, timesteps) => new PpoTrainer(env, (PpoOptions)options, seed, timesteps),
            (observations, actions, options) => new PpoAgent(observations, actions, ((PpoOptions)options).HiddenSizes, 0)),
        new(
            ReinforceAgent.Name,
            typeof(ReinforceOptions),
            _ => new ReinforceOptions(),
            _ => 1,
            100_000,
            (env, options, seed, timesteps) => new ReinforceTrainer(env, (ReinforceOptions)options, seed, timesteps),
            (observations, actions, options) => new ReinforceAgent(observations, actions, ((ReinforceOptions)options).HiddenSizes, 0)),
    ];

    /// <summary>An algorithm by name.</summary>
    /// <exception cref="ArgumentException">There is none of that name; the message lists those that exist.</exception>
    public static Algorithm Get(string name) => All.FirstOrDefault(algorithm => algorithm.Name == name)
        ?? throw new ArgumentException(
            $"Algorithm '{name}' is not known.{Suggestions.For(name, All.Select(algorithm => algorithm.Name))} Choose one of {string.Join(", ", All.Select(algorithm => algorithm.Name))}.");

    private static bool IsCartPole(EnvId env) => env is { Name: "CartPole", Namespace: null or "GymBridge" };
}
