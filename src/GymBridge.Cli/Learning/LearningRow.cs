using System.Globalization;

namespace GymBridge.Cli.Learning;

/// <summary>What an algorithm has to learn, on which environment, with which settings, and in how many steps.</summary>
/// <param name="Name">Its name: <c>ppo-cartpole</c>.</param>
/// <param name="Algorithm">Name of the algorithm.</param>
/// <param name="EnvId">The environment.</param>
/// <param name="Timesteps">Environment steps, over all lanes.</param>
/// <param name="Threshold">What the median over seeds has to reach; null is measured only.</param>
internal sealed record LearningRow(string Name, string Algorithm, string EnvId, long Timesteps, double? Threshold)
{
    /// <summary>Settings beside the preset, under rl-zoo's keys.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>Whether the environment's preset is the ground that <see cref="Settings"/> stand on; if not, the algorithm's defaults are.</summary>
    public bool UsesPreset { get; init; } = true;

    /// <summary>Episodes after which the run ends, if that is before <see cref="Timesteps"/>; 0 for no such end.</summary>
    public int Episodes { get; init; }

    /// <summary>What is held against the threshold.</summary>
    public LearningMeasure Measure { get; init; }

    /// <summary>Seeds that the row asks for, counted from 1.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>What the mean return of the last 100 episodes of training has to reach, beside the measure; null for nothing.</summary>
    public double? LastHundred { get; init; }

    /// <summary>What else the measurement holds against limits of its own, in words.</summary>
    public string Also { get; init; } = string.Empty;

    /// <summary>Whether the median has to stay at or below the threshold: a failure that is known.</summary>
    public bool IsKnownFailure { get; init; }

    /// <summary>Whether the threshold is the most that the median may be: an error, or a share of what should not be done.</summary>
    public bool IsUpperBound { get; init; }

    /// <summary>What the median must not be above, where a value can be too high as well; null for no such bound.</summary>
    public double? Ceiling { get; init; }

    /// <summary>A quantity that has to stay in a range, too.</summary>
    public MetricBound? Bound { get; init; }

    /// <summary>Timesteps and threshold of the short form, which tests run; null where there is none.</summary>
    public (long Timesteps, double Threshold)? Short { get; init; }

    /// <summary>Arguments of the environment that is trained on.</summary>
    public Info Kwargs { get; init; } = [];

    /// <summary>Arguments of the environment that is evaluated on; null for the same.</summary>
    public Info? EvaluationKwargs { get; init; }

    /// <summary>Episodes of the evaluation.</summary>
    public int EvaluationEpisodes { get; init; } = 20;

    /// <summary>Weight of the KL divergence in <see cref="LearningMeasure.Objective"/>.</summary>
    public double Beta { get; init; } = 1;

    /// <summary>Range that KL(pi || ref) has to stay in; null for any.</summary>
    public (double Low, double High)? Kl { get; init; }

    /// <summary>Discount per step of what is measured.</summary>
    public double Discount { get; init; } = 1;

    /// <summary>What makes the values of states, where the row is none of an algorithm that acts; else null.</summary>
    public Func<LearningRow, long, EnvironmentSource, TimeProvider, LearningResult>? Values { get; init; }

    /// <summary>Whether it learns from a reward model that was fitted to preferences before, and never sees the reward itself.</summary>
    public bool LearnsReward { get; init; }

    /// <summary>Whether its environment lives in Python, which has to be installed: it is run by its own name alone.</summary>
    public bool NeedsPython => GymBridge.EnvId.Parse(EnvId).Module is not null;

    /// <summary>Whether values are exact sums over the completions of the preference task.</summary>
    public bool IsExact => Measure is LearningMeasure.Objective or LearningMeasure.GoldReward or LearningMeasure.GoldRanking;

    /// <summary>Whether many runs of a bandit are summed up instead of one run with episodes.</summary>
    public bool IsBandit => Measure is LearningMeasure.PseudoRegret or LearningMeasure.LastRewards;

    private bool IsAtMost => IsKnownFailure || IsUpperBound;

    /// <summary>Whether a value reaches the threshold.</summary>
    public bool Passes(double value) =>
        (Threshold is not { } threshold || (IsAtMost ? value <= threshold : value >= threshold))
        && (Ceiling is not { } ceiling || value <= ceiling);

    /// <summary>The threshold with everything else that the row asks for: <c>&gt;= 1.93; KL 2 to 2.7</c>.</summary>
    public string Conditions => string.Join("; ", new[] { ThresholdText, KlText, BoundText, LastHundredText, Also }.Where(text => text.Length > 0));

    /// <summary>The threshold as text: <c>&gt;= 475</c>, or a band.</summary>
    public string ThresholdText => Threshold is not { } threshold ? string.Empty
        : Ceiling is { } ceiling ? string.Create(CultureInfo.InvariantCulture, $"{threshold} to {ceiling}")
        : string.Create(CultureInfo.InvariantCulture, $"{(IsAtMost ? "<=" : ">=")} {threshold}");

    private string KlText => Kl is { } kl ? string.Create(CultureInfo.InvariantCulture, $"KL {kl.Low} to {kl.High}") : string.Empty;

    private string BoundText => Bound is not { } bound ? string.Empty
        : string.Create(CultureInfo.InvariantCulture, $"{bound.Name} <= {bound.High} {(bound.EveryUpdate ? "in every update" : "at the end")}");

    private string LastHundredText => LastHundred is { } least ? string.Create(CultureInfo.InvariantCulture, $"training >= {least}") : string.Empty;
}
