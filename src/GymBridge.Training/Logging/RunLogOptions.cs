using GymBridge.Agents;

namespace GymBridge.Training.Logging;

/// <summary>What <see cref="RunLog"/> writes, and how often.</summary>
public sealed record RunLogOptions
{
    /// <summary>Rows of a run of up to ten million timesteps unless <see cref="EveryTimesteps"/> says otherwise.</summary>
    public const int Rows = 1000;

    /// <summary>Id of the environment, for the monitor's first line.</summary>
    public string EnvId { get; init; } = string.Empty;

    /// <summary>Names in the event files; everything else has Stable-Baselines3's.</summary>
    public MetricTags Tags { get; init; } = MetricTags.StableBaselines3;

    /// <summary>Timesteps between two rows, over all lanes; a row is written at the end of an update.</summary>
    /// <value>Null: a thousandth of the run, 10,000 at most.</value>
    public long? EveryTimesteps { get; init; }

    /// <summary>Evaluations to log too; their callback comes before the log.</summary>
    public EvalCallback? Evaluations { get; init; }

    /// <summary>Markdown for the event file's text page: the hyperparameters.</summary>
    public string? Hyperparameters { get; init; }

    /// <summary>The clock; it reaches speeds and times alone.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
