using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>What the options of all tabular algorithms have in common.</summary>
public abstract record TabularOptions : AlgorithmOptions
{
    /// <summary>Step size alpha, or where it falls to if <see cref="VisitDecay"/> is on.</summary>
    /// <value>0.5; in [0, 1], positive unless it falls with visits.</value>
    [Hyperparameter("learning_rate", "Step size, or where it falls to with visit_decay.", "--learning-rate", "--lr")]
    public double LearningRate { get; init; } = 0.5;

    /// <summary>How fast the step size of an action falls with its visits n: alpha = max(LearningRate, 1 / (1 + VisitDecay n)).</summary>
    /// <value>0: alpha is <see cref="LearningRate"/>. With 1 and a learning rate of 0 a value is the mean of its targets.</value>
    [Hyperparameter("visit_decay", "How fast the step size falls with visits: max(learning_rate, 1 / (1 + visit_decay n)); 0 keeps it.")]
    public double VisitDecay { get; init; }

    /// <summary>Discount of rewards per step: gamma.</summary>
    /// <value>0.99; in [0, 1].</value>
    [Hyperparameter("gamma", "Discount per step.")]
    public double Gamma { get; init; } = 0.99;

    /// <summary>Share of the run over which epsilon goes from its first to its last value.</summary>
    /// <value>0.6; in [0, 1].</value>
    [Hyperparameter("exploration_fraction", "Share of the run over which epsilon falls.")]
    public double ExplorationFraction { get; init; } = 0.6;

    /// <summary>Share of random actions at the start.</summary>
    /// <value>0.1; in [0, 1].</value>
    [Hyperparameter("exploration_initial_eps", "Share of random actions at the start.", "--start-e", "--exploration-initial-eps")]
    public double InitialEpsilon { get; init; } = 0.1;

    /// <summary>Share of random actions once it has fallen.</summary>
    /// <value>0.1; in [0, 1].</value>
    [Hyperparameter("exploration_final_eps", "Share of random actions once it has fallen.", "--end-e", "--exploration-final-eps")]
    public double FinalEpsilon { get; init; } = 0.1;

    /// <summary>What every action is worth at first; a high value makes each be tried.</summary>
    /// <value>0; finite.</value>
    [Hyperparameter("initial_value", "What every action is worth at first.")]
    public double InitialValue { get; init; }

    /// <summary>Steps of each lane that are reported together as one update.</summary>
    /// <value>100; at least 1. It changes no result.</value>
    [Hyperparameter("steps_per_report", "Steps of each lane that are reported together.")]
    public int StepsPerReport { get; init; } = 100;

    /// <inheritdoc/>
    public sealed override void Validate()
    {
        var checks = new OptionChecks();
        checks.InUnitInterval(nameof(LearningRate), LearningRate);
        checks.That(LearningRate != 0 || VisitDecay > 0, "LearningRate must be positive unless VisitDecay is, got 0");
        checks.That(VisitDecay >= 0 && double.IsFinite(VisitDecay), FormattableString.Invariant($"VisitDecay must not be negative, got {VisitDecay}"));
        checks.InUnitInterval(nameof(Gamma), Gamma);
        checks.InUnitInterval(nameof(ExplorationFraction), ExplorationFraction);
        checks.InUnitInterval(nameof(InitialEpsilon), InitialEpsilon);
        checks.InUnitInterval(nameof(FinalEpsilon), FinalEpsilon);
        checks.That(double.IsFinite(InitialValue), FormattableString.Invariant($"InitialValue must be finite, got {InitialValue}"));
        checks.AtLeast(nameof(StepsPerReport), StepsPerReport, 1);
        checks.Throw(Title);
    }

    private protected abstract string Title { get; }
}
