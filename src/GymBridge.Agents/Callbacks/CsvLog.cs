using System.Globalization;

namespace GymBridge.Agents;

/// <summary>Writes <c>progress.csv</c>: a row for each update, under Stable-Baselines3's names, flushed at once.</summary>
/// <remarks>A run that goes on appends to the file, after what lies beyond its timesteps was cut off.</remarks>
public sealed class CsvLog : TrainingCallback, IDisposable
{
    private const string FileName = "progress.csv";
    private const string StepsColumn = "time/total_timesteps";

    private readonly string _path;
    private StreamWriter? _writer;
    private string? _header;

    /// <summary>Writes into a folder.</summary>
    /// <param name="folder">The folder; made when it is missing.</param>
    public CsvLog(string folder) => _path = Path.Combine(folder, FileName);

    /// <inheritdoc/>
    public override void OnStart(Algorithm algorithm)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        var kept = algorithm.Timesteps > 0 && File.Exists(_path) ? Kept(algorithm.Timesteps) : [];
        _header = kept.FirstOrDefault();
        _writer = new StreamWriter(_path, append: false);
        foreach (var line in kept)
        {
            _writer.WriteLine(line);
        }

        _writer.Flush();
    }

    /// <inheritdoc/>
    public override bool OnUpdate(Algorithm algorithm, UpdateReport report)
    {
        if (_header is null)
        {
            _header = string.Join(',', ["time/iterations", StepsColumn, .. report.Metrics.Select(metric => metric.Key)]);
            _writer!.WriteLine(_header);
        }

        _writer!.WriteLine(string.Join(
            ',',
            [
                report.Update.ToString(CultureInfo.InvariantCulture),
                report.Timesteps.ToString(CultureInfo.InvariantCulture),
                .. report.Metrics.Select(metric => metric.Value.ToString("R", CultureInfo.InvariantCulture)),
            ]));
        _writer.Flush();
        return true;
    }

    /// <inheritdoc/>
    public override void OnEnd(Algorithm algorithm) => Dispose();

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _writer?.Dispose();
        _writer = null;
    }

    private List<string> Kept(long timesteps)
    {
        var lines = File.ReadAllLines(_path);
        return [.. lines.Where((line, i) => i == 0 || (line.Split(',') is [_, var steps, ..] && long.TryParse(steps, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= timesteps))];
    }
}
