using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GymBridge.Server.Diagnostics;

/// <summary>What a server measures: the meter <c>GymBridge</c> and the activity source of the same name. docs/operations.md lists the
/// instruments. Thread-safe.</summary>
internal sealed class ServerMetrics
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "GymBridge";

    public const string EnvIdTag = "gymbridge.env.id";
    public const string ErrorTag = "error.type";

    // Microseconds for light environments, a minute for a simulator.
    private static readonly double[] DurationBounds =
        [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

    public ServerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        Steps = meter.CreateCounter<long>("gymbridge.env.steps", "{step}", "Environment steps, one for each lane.");
        Episodes = meter.CreateCounter<long>("gymbridge.env.episodes", "{episode}", "Episodes that ended.");
        Returns = meter.CreateHistogram<double>("gymbridge.episode.return", "1", "Sum of the rewards of an episode.");
        Duration = meter.CreateHistogram(
            "gymbridge.env.step.duration",
            "s",
            "Time of one step call inside the environment, all lanes together.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBounds });
        Sessions = meter.CreateUpDownCounter<long>("gymbridge.sessions.active", "{session}", "Sessions that are open.");
    }

    public Counter<long> Steps { get; }

    public Counter<long> Episodes { get; }

    public Histogram<double> Returns { get; }

    public Histogram<double> Duration { get; }

    public UpDownCounter<long> Sessions { get; }

    /// <summary>Whether anybody listens, so that a step has something to measure.</summary>
    public bool MeasuresSteps => Steps.Enabled || Duration.Enabled || Returns.Enabled || Episodes.Enabled;

    /// <summary>The spans: <c>gymbridge.open</c>, and one for each call of a session, such as <c>gymbridge.step</c>.</summary>
    public static ActivitySource Activities { get; } = new(Name);
}
