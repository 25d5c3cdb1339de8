using GymBridge.Registration;

namespace GymBridge.Agents;

/// <summary>All algorithms of this library by name, for commands, presets and tests.</summary>
public static class AlgorithmCatalog
{
    /// <summary>All algorithms, by name. A new one is one line here.</summary>
    public static IReadOnlyList<AlgorithmDescriptor> All { get; } =
    [
        A2c.Descriptor,
        A3c.Descriptor,
        ActorCritic.Descriptor,
        Boltzmann.Descriptor,
        ContextualQ.Descriptor,
        Dqn.Descriptor,
        EpsilonGreedy.Descriptor,
        ExpectedSarsa.Descriptor,
        GradientBandit.Descriptor,
        LinUcb.Descriptor,
        Grpo.Descriptor,
        MonteCarloControl.Descriptor,
        OneStepActorCritic.Descriptor,
        Ppo.Descriptor,
        QLearning.Descriptor,
        RecurrentPpo.Descriptor,
        Reinforce.Descriptor,
        ReinforceBandit.Descriptor,
        RlhfPpo.Descriptor,
        Rloo.Descriptor,
        Sac.Descriptor,
        Sarsa.Descriptor,
        ThompsonSampling.Descriptor,
        Trpo.Descriptor,
        Ucb1.Descriptor,
    ];

    /// <summary>What learns from data, or from a model that is known, and steps no environment.</summary>
    public static IReadOnlyList<AlgorithmDescriptor> Supervised { get; } =
    [
        Dpo.Descriptor,
        ExactPolicyGradient.Descriptor,
        RewardLearner.Descriptor,
    ];

    /// <summary>An algorithm by name: one that steps environments.</summary>
    /// <exception cref="ArgumentException">There is none of that name, or it learns from a set of examples; the message lists those that exist.</exception>
    public static AlgorithmDescriptor Get(string name) => All.FirstOrDefault(algorithm => algorithm.Name == name)
        ?? throw new ArgumentException(Supervised.Any(algorithm => algorithm.Name == name)
            ? $"Algorithm '{name}' learns from a set of examples that a program gives it, and steps no environment: see docs/algorithms/{name}.md."
            : $"Algorithm '{name}' is not known.{Suggestions.For(name, All.Select(algorithm => algorithm.Name))} Choose one of {string.Join(", ", All.Select(algorithm => algorithm.Name))}.");
}
