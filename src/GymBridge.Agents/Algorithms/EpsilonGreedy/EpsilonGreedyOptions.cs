using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of Epsilon-greedy; docs/algorithms/epsilon_greedy.md has each beside its name in Stable-Baselines3.</summary>
public sealed record EpsilonGreedyOptions : BanditOptions
{
    /// <summary>Share of pulls of any arm, the best one among them.</summary>
    /// <value>0.1; in [0, 1].</value>
    [Hyperparameter("epsilon", "Share of pulls of any arm, the best one among them; 0 is greedy, 1 at random.")]
    public double Epsilon { get; init; } = 0.1;

    /// <summary>Value of every arm before it was pulled; above what arms can pay it is optimistic, and every arm gets tried.</summary>
    /// <value>0; finite.</value>
    [Hyperparameter("initial_value", "Value of every arm before it was pulled; a high one is optimistic.")]
    public double InitialValue { get; init; }

    /// <summary>Part of the way that a value moves to the newest reward; null for the mean of all rewards.</summary>
    /// <value>Null; in (0, 1].</value>
    [Hyperparameter("step_size", "Part of the way that a value moves to the newest reward; none for the mean of all rewards.")]
    public double? StepSize { get; init; }

    /// <summary>Whether equally good arms share the greedy pulls; if not, the first of them has them all.</summary>
    /// <value>True.</value>
    [Hyperparameter("split_ties", "Whether equally good arms share the greedy pulls.")]
    public bool SplitTies { get; init; } = true;
    private protected override string Title => EpsilonGreedy.Descriptor.Title;

    private protected override void Check(OptionChecks checks)
    {
        checks.InUnitInterval(nameof(Epsilon), Epsilon);
        checks.Finite(nameof(InitialValue), InitialValue);
        checks.Check(StepSize is null or (> 0 and <= 1), nameof(StepSize), StepSize ?? 0, "above 0 and at most 1, or none");
    }
}
