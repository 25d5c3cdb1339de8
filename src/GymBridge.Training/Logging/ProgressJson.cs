using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GymBridge.Shared;

namespace GymBridge.Training.Logging;

/// <summary>Writes <c>progress.json</c>: one JSON object a line.</summary>
/// <remarks>As Stable-Baselines3's JSONOutputFormat. Infinities, which JSON does not have, are left out as NaN is.</remarks>
public sealed class ProgressJson : IMetricsWriter
{
    private static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StreamWriter _writer;

    /// <summary>Opens the file, new or to go on with.</summary>
    /// <param name="path">The file.</param>
    /// <param name="firstTimestep">Environment steps done before this session; lines after them, which a killed session left, are dropped.</param>
    public ProgressJson(string path, long firstTimestep = 0)
    {
        var lines = firstTimestep > 0 && File.Exists(path) ? File.ReadLines(path).Where(line => IsUpTo(line, firstTimestep)).ToList() : [];
        SafeFile.WriteText(path, string.Concat(lines.Select(line => line + "\n")));
        _writer = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { NewLine = "\n" };
    }

    /// <inheritdoc/>
    public void Write(long timesteps, IReadOnlyList<KeyValuePair<string, double>> metrics)
    {
        var line = new JsonObject { [ProgressCsv.Timesteps] = timesteps };
        foreach (var (name, value) in metrics)
        {
            if (double.IsFinite(value) && name != ProgressCsv.Timesteps)
            {
                line[name] = value;
            }
        }

        _writer.WriteLine(line.ToJsonString(Format));
    }

    /// <inheritdoc/>
    public void Flush() => _writer.Flush();

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private static bool IsUpTo(string line, long timesteps)
    {
        try
        {
            return JsonNode.Parse(line)?[ProgressCsv.Timesteps]?.GetValue<long>() <= timesteps;
        }
        catch (JsonException)
        {
            // The last line of a killed session may be half a line.
            return false;
        }
    }
}
