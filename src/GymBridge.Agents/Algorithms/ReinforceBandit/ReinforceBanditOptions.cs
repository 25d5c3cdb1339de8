using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of REINFORCE bandit; docs/algorithms/reinforce_bandit.md has each beside its name in Stable-Baselines3.</summary>
public sealed record ReinforceBanditOptions : BanditOptions
{
    /// <summary>Step size of the optimizer Adam.</summary>
    /// <value>0.05; positive.</value>
    [Hyperparameter("bandit_learning_rate", "Step size of Adam.", "--bandit-learning-rate")]
    public double LearningRate { get; init; } = 0.05;

    /// <summary>What the moving average of the rewards keeps of itself at each reward; 1 leaves the baseline at 0.</summary>
    /// <value>0.95; in [0, 1].</value>
    [Hyperparameter("baseline_decay", "What the moving average of the rewards keeps of itself at each reward; 1 for no baseline.")]
    public double BaselineDecay { get; init; } = 0.95;
    private protected override string Title => ReinforceBandit.Descriptor.Title;

    private protected override void Check(OptionChecks checks)
    {
        checks.Positive(nameof(LearningRate), LearningRate);
        checks.InUnitInterval(nameof(BaselineDecay), BaselineDecay);
    }
}
