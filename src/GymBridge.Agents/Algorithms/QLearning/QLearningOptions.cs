namespace GymBridge.Agents;

/// <summary>Hyperparameters of Q-learning.</summary>
public sealed record QLearningOptions : TabularOptions
{
    private protected override string Title => "Q-learning";
}
