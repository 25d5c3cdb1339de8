using System.Globalization;
using Google.Protobuf;
using GymBridge.Training.Logging.EventFile;

namespace GymBridge.Training.Logging;

/// <summary>Writes metrics as scalars into an event file, which TensorBoard and Weights &amp; Biases read.</summary>
/// <remarks>Each session of a run has a file of its own in the same folder; readers join them, and drop what a killed session wrote
/// after the step at which the next one begins.</remarks>
public sealed class TensorBoardWriter : IMetricsWriter
{
    private const int StringType = 7;

    private static int _files;

    private readonly EventFileWriter _file;
    private readonly MetricTags _tags;

    /// <summary>Starts a file <c>events.out.tfevents.*</c> in a folder.</summary>
    /// <param name="folder">The folder, made where there is none.</param>
    /// <param name="firstTimestep">Environment steps done before this session: 0 in a new run.</param>
    /// <param name="tags">Names of the scalars; Stable-Baselines3's by default.</param>
    /// <param name="time">Clock of the records; the system's by default.</param>
    public TensorBoardWriter(string folder, long firstTimestep = 0, MetricTags? tags = null, TimeProvider? time = null)
    {
        _tags = tags ?? MetricTags.StableBaselines3;
        time ??= TimeProvider.System;
        Directory.CreateDirectory(folder);
        Path = System.IO.Path.Combine(folder, string.Create(
            CultureInfo.InvariantCulture,
            $"events.out.tfevents.{time.GetUtcNow().ToUnixTimeSeconds():D10}.{Environment.MachineName}.{Environment.ProcessId}.{Interlocked.Increment(ref _files) - 1}"));
        _file = new EventFileWriter(Path, time);
        if (firstTimestep > 0)
        {
            _file.Write(new Event { Step = firstTimestep + 1, SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } });
        }
    }

    /// <summary>The event file that is written.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Write(long timesteps, IReadOnlyList<KeyValuePair<string, double>> metrics)
    {
        var summary = new Summary();
        foreach (var metric in metrics)
        {
            if (!double.IsNaN(metric.Value))
            {
                var (name, value) = _tags.Map(metric);
                summary.Value.Add(new Summary.Types.Value { Tag = name, SimpleValue = (float)value });
            }
        }

        if (summary.Value.Count > 0)
        {
            _file.Write(new Event { Step = timesteps, Summary = summary });
        }
    }

    /// <summary>Writes a text, Markdown as the text page shows it: the hyperparameters of a run.</summary>
    /// <param name="tag">Name of the text: <c>hyperparameters</c>.</param>
    /// <param name="text">The text.</param>
    /// <param name="timesteps">Environment steps so far.</param>
    public void WriteText(string tag, string text, long timesteps = 0)
    {
        var tensor = new Tensor { Dtype = StringType, TensorShape = new Tensor.Types.Shape() };
        tensor.TensorShape.Dim.Add(new Tensor.Types.Shape.Types.Dim { Size = 1 });
        tensor.StringVal.Add(ByteString.CopyFromUtf8(text));
        var value = new Summary.Types.Value
        {
            Tag = tag + "/text_summary",
            Tensor = tensor,
            Metadata = new SummaryMetadata { PluginData = new SummaryMetadata.Types.PluginData { PluginName = "text" } },
        };
        _file.Write(new Event { Step = timesteps, Summary = new Summary { Value = { value } } });
    }

    /// <inheritdoc/>
    public void Flush() => _file.Flush();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
