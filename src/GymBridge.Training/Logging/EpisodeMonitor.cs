using System.Globalization;
using System.Text.Json;
using GymBridge.Shared;

namespace GymBridge.Training.Logging;

/// <summary>Writes <c>0.monitor.csv</c>: return, length and time of every episode, as Stable-Baselines3's <c>Monitor</c> does.</summary>
/// <remarks>The first line is <c>#{"t_start": ..., "env_id": ...}</c>, then <c>r,l,t</c>; returns and times have six decimals at most.
/// Source: stable_baselines3/common/monitor.py; read back by its <c>load_results</c> and by rl-zoo's plots.</remarks>
public sealed class EpisodeMonitor : IDisposable
{
    /// <summary>The file's name in a run folder; <c>load_results</c> looks for <c>*monitor.csv</c>.</summary>
    public const string FileName = "0.monitor.csv";

    private const int HeaderLines = 2;

    private readonly StreamWriter _writer;
    private readonly TimeProvider _time;
    private readonly double _start;

    /// <summary>Opens the file, new or to go on with.</summary>
    /// <param name="path">The file.</param>
    /// <param name="envId">Id of the environment, for the first line.</param>
    /// <param name="firstEpisode">Episodes finished before this session; lines after them, which a killed session left, are dropped.</param>
    /// <param name="time">Clock of the column t; the system's by default.</param>
    public EpisodeMonitor(string path, string envId, long firstEpisode = 0, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        var kept = firstEpisode > 0 && File.Exists(path) ? File.ReadLines(path).Take(checked((int)firstEpisode) + HeaderLines).ToList() : [];
        _start = kept.Count > HeaderLines ? StartOf(kept[0]) : Now;
        if (kept.Count <= HeaderLines)
        {
            kept =
            [
                string.Create(CultureInfo.InvariantCulture, $"#{{\"t_start\": {_start:F6}, \"env_id\": {JsonSerializer.Serialize(envId)}}}"),
                "r,l,t",
            ];
        }

        SafeFile.WriteText(path, string.Concat(kept.Select(line => line + "\n")));
        _writer = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { NewLine = "\n" };
    }

    private double Now => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <summary>Writes the row of one episode.</summary>
    /// <param name="episodeReturn">Sum of its rewards, undiscounted.</param>
    /// <param name="length">Number of its steps.</param>
    public void Write(double episodeReturn, long length) =>
        _writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Math.Round(episodeReturn, 6)},{length},{Math.Round(Now - _start, 6)}"));

    /// <summary>Hands everything to the operating system.</summary>
    public void Flush() => _writer.Flush();

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private static double StartOf(string firstLine)
    {
        try
        {
            using var header = JsonDocument.Parse(firstLine.TrimStart('#'));
            return header.RootElement.GetProperty("t_start").GetDouble();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{firstLine}' is no first line of a monitor file. Move the file away to train into this folder.", exception);
        }
    }
}
