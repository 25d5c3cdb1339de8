namespace GymBridge.Agents;

/// <summary>Hyperparameters of Q-learning; docs/algorithms/q_learning.md has each beside its name in Stable-Baselines3.</summary>
public sealed record QLearningOptions : TabularOptions
{
    private protected override string Title => "Q-learning";
}
