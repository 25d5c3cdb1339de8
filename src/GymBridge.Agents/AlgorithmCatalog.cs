using GymBridge.Agents.Offline;
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

    // What learns from transitions of a set, under the names that the field has for it.
    private static readonly Dictionary<string, string> Offline = new(StringComparer.Ordinal)
    {
        ["bc"] = nameof(BehaviorCloning),
        ["behavior_cloning"] = nameof(BehaviorCloning),
        ["behaviour_cloning"] = nameof(BehaviorCloning),
        ["cql"] = nameof(ConservativeQ),
        ["conservative_q"] = nameof(ConservativeQ),
    };

    /// <summary>An algorithm by name: one that steps environments.</summary>
    /// <exception cref="ArgumentException">There is none of that name, or it learns from a set of examples; the message lists those that exist, or says
    /// what takes the examples.</exception>
    public static AlgorithmDescriptor Get(string name) => All.FirstOrDefault(algorithm => algorithm.Name == name) ?? throw new ArgumentException(Refusal(name));

    private static string Refusal(string name)
    {
        if (Supervised.FirstOrDefault(algorithm => algorithm.Name == name) is { } supervised)
        {
            return $"Algorithm '{name}' steps no environment: a program gives {supervised.Title} what it learns from, see docs/algorithms/{name}.md; " +
                $"'gymbridge bench learning {name}' trains it on the preference task.";
        }

        if (Offline.TryGetValue(name, out var type))
        {
            return $"Algorithm '{name}' steps no environment: {type}.Fit takes an OfflineDataset, which a program collects or reads, see docs/offline.md.";
        }

        return $"Algorithm '{name}' is not known.{Suggestions.For(name, All.Select(algorithm => algorithm.Name))} Choose one of {string.Join(", ", All.Select(algorithm => algorithm.Name))}.";
    }
}
