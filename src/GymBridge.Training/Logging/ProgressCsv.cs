using System.Globalization;
using GymBridge.Shared;

namespace GymBridge.Training.Logging;

/// <summary>Writes <c>progress.csv</c>: a row for each moment, a column for each metric, empty where it has no value.</summary>
/// <remarks>As Stable-Baselines3's CSVOutputFormat: a metric that appears later gets a column behind the others, and the rows before
/// it are written again with an empty field. Names and numbers need no quotes. Source: stable_baselines3/common/logger.py.</remarks>
public sealed class ProgressCsv : IMetricsWriter
{
    /// <summary>Name of the column that holds the environment steps.</summary>
    public const string Timesteps = "time/total_timesteps";

    private readonly string _path;
    private readonly List<string> _columns = [];
    private StreamWriter _writer;

    /// <summary>Opens the file, new or to go on with.</summary>
    /// <param name="path">The file.</param>
    /// <param name="firstTimestep">Environment steps done before this session; rows after them, which a killed session left, are dropped.</param>
    /// <exception cref="InvalidDataException">The file is there and is no table of this kind.</exception>
    public ProgressCsv(string path, long firstTimestep = 0)
    {
        _path = path;
        var rows = new List<string>();
        if (firstTimestep > 0 && File.Exists(path))
        {
            Read(firstTimestep, rows);
        }

        _writer = Rewrite(rows);
    }

    /// <inheritdoc/>
    public void Write(long timesteps, IReadOnlyList<KeyValuePair<string, double>> metrics)
    {
        var row = new Dictionary<string, double>(StringComparer.Ordinal) { [Timesteps] = timesteps };
        foreach (var (name, value) in metrics)
        {
            if (!double.IsNaN(value))
            {
                row[name] = value;
            }
        }

        // Numbered ones by their number: results/2 before results/10.
        var added = row.Keys.Except(_columns, StringComparer.Ordinal)
            .OrderBy(name => name.TrimEnd([.. "0123456789"]), StringComparer.Ordinal).ThenBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal)
            .ToList();
        if (added.Count > 0)
        {
            AddColumns(added);
        }

        _writer.WriteLine(string.Join(',', _columns.Select(name => row.TryGetValue(name, out var value) ? Text(value) : string.Empty)));
    }

    /// <inheritdoc/>
    public void Flush() => _writer.Flush();

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private void Read(long lastTimestep, List<string> rows)
    {
        var lines = File.ReadAllLines(_path);
        if (lines.Length == 0)
        {
            return;
        }

        _columns.AddRange(lines[0].Split(','));
        var position = _columns.IndexOf(Timesteps);
        if (position < 0)
        {
            throw new InvalidDataException($"'{_path}' has no column '{Timesteps}': it is no progress file of a run. Move it away to train into this folder.");
        }

        foreach (var line in lines.Skip(1))
        {
            var fields = line.Split(',');
            if (fields.Length == _columns.Count
                && long.TryParse(fields[position], CultureInfo.InvariantCulture, out var timesteps)
                && timesteps <= lastTimestep)
            {
                rows.Add(line);
            }
        }
    }

    private void AddColumns(List<string> added)
    {
        _writer.Dispose();
        var padding = new string(',', added.Count);
        var rows = _columns.Count == 0 ? [] : File.ReadLines(_path).Skip(1).Select(row => row + padding).ToList();
        _columns.AddRange(added);
        _writer = Rewrite(rows);
    }

    private StreamWriter Rewrite(List<string> rows)
    {
        SafeFile.Replace(_path, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            if (_columns.Count > 0)
            {
                writer.WriteLine(string.Join(',', _columns));
            }

            foreach (var row in rows)
            {
                writer.WriteLine(row);
            }
        });
        return new StreamWriter(new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { NewLine = "\n" };
    }
}
