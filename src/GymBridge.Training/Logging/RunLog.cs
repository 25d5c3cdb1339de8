using System.Globalization;
using GymBridge.Agents;

namespace GymBridge.Training.Logging;

/// <summary>Logs a run into its folder: event files, <c>progress.csv</c>, <c>progress.json</c>, <c>0.monitor.csv</c>, <c>evaluations.csv</c>.</summary>
/// <remarks>A run that goes on appends to the files, after what a killed session wrote beyond its checkpoint was cut off; rows come at
/// the same timesteps as in a run that was not interrupted.</remarks>
public sealed class RunLog : TrainingCallback, IDisposable
{
    /// <summary>Name of the table of metrics.</summary>
    public const string ProgressFile = "progress.csv";

    // A run of a hundred million timesteps that is killed in its first minutes has a log up to there.
    private const long LongestInterval = 10_000;

    private const string ElapsedColumn = "time/time_elapsed";

    private readonly string _folder;
    private readonly RunLogOptions _options;
    private readonly List<IMetricsWriter> _writers = [];
    private EpisodeMonitor? _monitor;
    private ProgressCsv? _evaluations;
    private long _every;
    private long _last;
    private int _evaluated;
    private long _start;
    private long _startSteps;
    private double _elapsedBefore;

    /// <summary>Logs into a folder, made where there is none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">What to write; null for everything by default.</param>
    public RunLog(string folder, RunLogOptions? options = null)
    {
        _folder = folder;
        _options = options ?? new RunLogOptions();
        if (_options.EveryTimesteps < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), _options.EveryTimesteps, $"There is at least one timestep between two rows of a log, got {_options.EveryTimesteps}.");
        }
    }

    /// <inheritdoc/>
    public override void OnStart(Algorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        Directory.CreateDirectory(_folder);
        _every = _options.EveryTimesteps ?? Math.Clamp(algorithm.TotalTimesteps!.Value / RunLogOptions.Rows, 1, LongestInterval);
        _last = algorithm.Timesteps;
        (_start, _startSteps) = (_options.Time.GetTimestamp(), algorithm.Timesteps);
        var events = new TensorBoardWriter(_folder, algorithm.Timesteps, _options.Tags, _options.Time);
        if (_options.Hyperparameters is { } text && algorithm.Timesteps == 0)
        {
            events.WriteText("hyperparameters", text);
        }

        var progress = Path.Combine(_folder, ProgressFile);
        _writers.AddRange([events, new ProgressCsv(progress, algorithm.Timesteps), new ProgressJson(Path.Combine(_folder, "progress.json"), algorithm.Timesteps)]);
        _elapsedBefore = algorithm.Timesteps > 0 ? LastElapsed(progress) : 0;
        _monitor = new EpisodeMonitor(Path.Combine(_folder, EpisodeMonitor.FileName), _options.EnvId, algorithm.Episodes.Episodes, _options.Time);
        _evaluations = _options.Evaluations is null ? null : new ProgressCsv(Path.Combine(_folder, "evaluations.csv"), algorithm.Timesteps);
        algorithm.Episodes.Ended += _monitor.Write;
    }

    /// <inheritdoc/>
    public override bool OnUpdate(Algorithm algorithm, UpdateReport report)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentNullException.ThrowIfNull(report);
        _monitor!.Flush();
        var evaluation = Evaluation();
        var isDue = report.Timesteps / _every > _last / _every;
        _last = report.Timesteps;
        if (!isDue && evaluation.Count == 0 && !algorithm.IsComplete)
        {
            return true;
        }

        var elapsed = _options.Time.GetElapsedTime(_start).TotalSeconds;
        KeyValuePair<string, double>[] metrics =
        [
            new("time/iterations", report.Update),
            new("time/fps", Math.Round((report.Timesteps - _startSteps) / Math.Max(elapsed, 1e-9))),
            new(ElapsedColumn, Math.Round(_elapsedBefore + elapsed, 3)),
            .. report.Metrics,
            .. evaluation,
        ];
        foreach (var writer in _writers)
        {
            writer.Write(report.Timesteps, metrics);
            writer.Flush();
        }

        return true;
    }

    /// <inheritdoc/>
    public override void OnEnd(Algorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        if (_monitor is not null)
        {
            algorithm.Episodes.Ended -= _monitor.Write;
        }

        Dispose();
    }

    /// <summary>Closes the files of the run.</summary>
    public void Dispose()
    {
        foreach (var writer in _writers)
        {
            writer.Dispose();
        }

        _writers.Clear();
        _monitor?.Dispose();
        _evaluations?.Dispose();
        (_monitor, _evaluations) = (null, null);
    }

    private static double LastElapsed(string progress)
    {
        var table = ProgressTable.Read(progress);
        return table.Columns.Contains(ElapsedColumn) && table.Curve(ProgressCsv.Timesteps, ElapsedColumn) is { Y: [.., var last] } ? last : 0;
    }

    private List<KeyValuePair<string, double>> Evaluation()
    {
        if (_options.Evaluations is not { } evaluations || evaluations.Evaluations.Count == _evaluated)
        {
            return [];
        }

        _evaluated = evaluations.Evaluations.Count;
        var (timesteps, result) = evaluations.Evaluations[^1];
        List<KeyValuePair<string, double>> metrics = [new("eval/mean_reward", result.MeanReturn), new("eval/mean_ep_length", result.MeanLength)];
        _evaluations!.Write(timesteps,
        [
            .. metrics,
            new("eval/std_reward", result.StandardDeviation),
            .. result.Returns.Select((value, i) => new KeyValuePair<string, double>(string.Create(CultureInfo.InvariantCulture, $"results/{i}"), value)),
            .. result.Lengths.Select((value, i) => new KeyValuePair<string, double>(string.Create(CultureInfo.InvariantCulture, $"ep_lengths/{i}"), value)),
        ]);
        _evaluations.Flush();
        return metrics;
    }
}
