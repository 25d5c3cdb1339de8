using System.Globalization;
using GymBridge.Agents;

namespace GymBridge.Cli.Runs;

/// <summary>The folder of one run: <c>config.json</c>, <c>progress.csv</c>, and the weights in <c>agent/</c>.</summary>
internal sealed class RunFolder : IDisposable
{
    private const string ConfigFile = "config.json";
    private const string AgentFolder = "agent";

    private readonly StreamWriter? _progress;
    private bool _hasHeader;

    private RunFolder(string path, StreamWriter? progress)
    {
        Path = path;
        _progress = progress;
    }

    public string Path { get; }

    /// <summary>Makes a folder of CleanRL's form, <c>{env}__{algo}__{seed}__{unix time}</c>, with a number behind it if it exists.</summary>
    public static RunFolder Create(string logFolder, string? name, RunConfig config, TimeProvider time)
    {
        var stem = System.IO.Path.Combine(logFolder, name ?? string.Join("__", Safe(config.EnvId), config.Algorithm, config.Seed, time.GetUtcNow().ToUnixTimeSeconds()));
        var path = stem;
        for (var i = 2; Directory.Exists(path); i++)
        {
            path = $"{stem}-{i}";
        }

        Directory.CreateDirectory(path);
        config.Write(System.IO.Path.Combine(path, ConfigFile));
        return new RunFolder(path, new StreamWriter(System.IO.Path.Combine(path, "progress.csv")));
    }

    /// <summary>Finds a run: its folder, or <c>latest</c> for the newest below the log folder.</summary>
    /// <exception cref="FileNotFoundException">There is no run; the message says what to do.</exception>
    public static (RunFolder Folder, RunConfig Config) Open(string run, string logFolder)
    {
        var path = run;
        if (run == "latest" && !Directory.Exists(run))
        {
            path = Directory.Exists(logFolder)
                ? new DirectoryInfo(logFolder).EnumerateDirectories()
                    .Where(folder => File.Exists(System.IO.Path.Combine(folder.FullName, ConfigFile)))
                    .MaxBy(folder => (folder.LastWriteTimeUtc, folder.Name))?.FullName ?? run
                : run;
        }

        var config = System.IO.Path.Combine(path, ConfigFile);
        if (!File.Exists(config))
        {
            throw new FileNotFoundException(
                $"'{run}' is no run folder ('{config}' does not exist). Train one with 'gymbridge train CartPole-v1', or pass a folder that train printed.");
        }

        return (new RunFolder(path, null), RunConfig.Read(config));
    }

    public void WriteProgress(TrainingReport report)
    {
        if (!_hasHeader)
        {
            _progress!.WriteLine(string.Join(',', ["time/iterations", "time/total_timesteps", .. report.Metrics.Select(metric => metric.Key)]));
            _hasHeader = true;
        }

        _progress!.WriteLine(string.Join(
            ',',
            [
                report.Update.ToString(CultureInfo.InvariantCulture),
                report.Timesteps.ToString(CultureInfo.InvariantCulture),
                .. report.Metrics.Select(metric => metric.Value.ToString("R", CultureInfo.InvariantCulture)),
            ]));
    }

    public void SaveAgent(Agent agent) => agent.Save(System.IO.Path.Combine(Path, AgentFolder));

    public void LoadAgent(Agent agent) => agent.Load(System.IO.Path.Combine(Path, AgentFolder));

    public void Dispose() => _progress?.Dispose();

    private static string Safe(string id) => string.Concat(id.Select(letter => char.IsLetterOrDigit(letter) || letter is '.' or '_' or '-' ? letter : '-'));
}
