using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of Monte Carlo control. A value is the mean of its returns unless said otherwise;
/// docs/algorithms/monte_carlo.md has each beside its name in Stable-Baselines3.</summary>
public sealed record MonteCarloControlOptions : TabularOptions
{
    /// <summary>The defaults: sample means, which are a learning rate of 0 and a visit decay of 1.</summary>
    public MonteCarloControlOptions() => (LearningRate, VisitDecay) = (0, 1);

    /// <summary>Whether an action counts at its first visit in an episode alone; if not, at every one.</summary>
    /// <value>True.</value>
    [Hyperparameter("first_visit", "Whether an action counts at its first visit in an episode alone.")]
    public bool FirstVisit { get; init; } = true;

    private protected override string Title => "Monte Carlo control";
}
