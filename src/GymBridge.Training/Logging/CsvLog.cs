using GymBridge.Agents;

namespace GymBridge.Training.Logging;

/// <summary>Writes <c>progress.csv</c> alone: a row for each update, under Stable-Baselines3's names, flushed at once.</summary>
/// <param name="folder">The folder; made when it is missing.</param>
/// <remarks>A run that goes on appends to the file, after what lies beyond its timesteps was cut off. <see cref="RunLog"/> writes more.</remarks>
public sealed class CsvLog(string folder) : TrainingCallback, IDisposable
{
    private ProgressCsv? _csv;

    /// <inheritdoc/>
    public override void OnStart(Algorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        Directory.CreateDirectory(folder);
        _csv = new ProgressCsv(Path.Combine(folder, RunLog.ProgressFile), algorithm.Timesteps);
    }

    /// <inheritdoc/>
    public override bool OnUpdate(Algorithm algorithm, UpdateReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        _csv!.Write(report.Timesteps, [new("time/iterations", report.Update), .. report.Metrics]);
        _csv.Flush();
        return true;
    }

    /// <inheritdoc/>
    public override void OnEnd(Algorithm algorithm) => Dispose();

    /// <summary>Closes the file; what was logged is in it.</summary>
    public void Dispose()
    {
        _csv?.Dispose();
        _csv = null;
    }
}
