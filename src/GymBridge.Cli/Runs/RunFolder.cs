using GymBridge.Agents;
using GymBridge.Cli.Errors;

namespace GymBridge.Cli.Runs;

/// <summary>The folder of one run: <c>config.json</c>, <c>progress.csv</c>, <c>checkpoints/</c>, and <c>model.gym</c> once it has ended.</summary>
internal sealed class RunFolder
{
    /// <summary>Name of the file that says what a run was started with.</summary>
    public const string ConfigFile = "config.json";

    /// <summary>Where runs are, unless <c>--logdir</c> says otherwise.</summary>
    public const string DefaultLogFolder = "runs";

    /// <summary>Stands for the newest run.</summary>
    public const string Latest = "latest";

    private const string HoldFile = ".training";

    private readonly RunConfig _config;

    private RunFolder(string path, RunConfig config) => (Path, _config) = (path, config);

    public string Path { get; }

    /// <summary>Where the run is saved when it ends.</summary>
    public string Model => System.IO.Path.Combine(Path, "model.gym");

    /// <summary>Where it is saved on its way.</summary>
    public string Checkpoints => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>The policy that did best in an evaluation during training.</summary>
    public string BestModel => System.IO.Path.Combine(Path, "best_model", "best_model.gym");

    /// <summary>Makes a folder of CleanRL's form, <c>{env}__{algo}__{seed}__{unix time}</c>, with a number behind it if it exists.</summary>
    /// <exception cref="UsageException">The name is no name of a folder.</exception>
    public static RunFolder Create(string logFolder, string? name, RunConfig config, TimeProvider time)
    {
        if (name is not null && (name.Length == 0 || name is "." or ".." || name.AsSpan().ContainsAny("/\\:") || name.Any(char.IsControl)))
        {
            throw new UsageException($"'{name}' is no name for a run: it is the name of one folder below --logdir, without slashes, colons and line ends.");
        }

        var stem = System.IO.Path.Combine(logFolder, name ?? string.Join("__", Safe(config.EnvId), config.Algorithm, config.Seed, time.GetUtcNow().ToUnixTimeSeconds()));
        var path = stem;
        for (var i = 2; !TryClaim(path); i++)
        {
            path = $"{stem}-{i}";
        }

        try
        {
            config.Write(System.IO.Path.Combine(path, ConfigFile));
            ZooFiles.Write(path, config);
            return new RunFolder(path, config);
        }
        catch
        {
            Directory.Delete(path, recursive: true); // a run that has not begun is none, and 'latest' least of all
            throw;
        }
    }

    /// <summary>Finds a run: its folder, or <c>latest</c> for the newest below the log folder.</summary>
    /// <exception cref="FileNotFoundException">There is no run; the message says what to do.</exception>
    public static (RunFolder Folder, RunConfig Config) Open(string run, string logFolder)
    {
        var path = run;
        if (run == Latest && !Directory.Exists(run))
        {
            path = Below(logFolder).MaxBy(folder => (folder.LastWriteTimeUtc, folder.Name))?.FullName ?? run;
        }

        var config = System.IO.Path.Combine(path, ConfigFile);
        if (!File.Exists(config))
        {
            throw new FileNotFoundException(
                $"'{run}' is no run folder ('{config}' does not exist). Train one with 'gymbridge train CartPole-v1', or pass a folder that train printed.");
        }

        var read = RunConfig.Read(config);
        return (new RunFolder(path, read), read);
    }

    /// <summary>What a run can be named by: <c>latest</c>, and the folders where runs are by default.</summary>
    public static IEnumerable<string> Names() => Below(DefaultLogFolder)
        .Select(folder => System.IO.Path.Combine(DefaultLogFolder, folder.Name)).Order(StringComparer.Ordinal).Prepend(Latest);

    /// <summary>Keeps other processes from training in the folder, until it is disposed or this process ends in whatever way.</summary>
    /// <exception cref="GymBridgeException">Another one trains in it.</exception>
    public IDisposable Hold()
    {
        var path = System.IO.Path.Combine(Path, HoldFile);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new GymBridgeException(
                $"'{Path}' is being trained by another process, which would be disturbed: wait for its end or stop it, or begin a run of another name.", exception);
        }
    }

    /// <summary>The file that holds the run as far as it has come: the model, or the newest whole checkpoint where that is further.</summary>
    /// <exception cref="FileNotFoundException">Nothing was saved, or no checkpoint is whole.</exception>
    /// <exception cref="InvalidDataException">The model is damaged, and the message names a checkpoint that is whole; or the file is of another
    /// run: of another algorithm, environment or seed.</exception>
    public string Newest()
    {
        var (file, info) = Find();
        return IsOwn(info) ? file : throw new InvalidDataException(
            $"'{file}' was trained by {info.Algorithm} on {info.EnvId ?? "an environment without an id"} with seed {info.Seed}, "
            + $"and '{Path}' is a run of {_config.Algorithm} on {_config.EnvId} with seed {_config.Seed} ({ConfigFile}): put the file back to where it belongs.");
    }

    // A server or a module may have its own namespace for an environment, and an id without a version stands for the newest.
    private bool IsOwn(CheckpointInfo info)
    {
        var own = EnvId.Parse(_config.EnvId);
        return info.Algorithm == _config.Algorithm
            && info.Seed.ToString() == _config.Seed
            && (info.EnvId is null || IsSame(own, EnvId.Parse(info.EnvId)));
    }

    private static bool IsSame(EnvId left, EnvId right) =>
        left.Name == right.Name && (left.Version is null || right.Version is null || left.Version == right.Version);

    private (string File, CheckpointInfo Info) Find()
    {
        var checkpoint = CheckpointCallback.Newest(Checkpoints);
        if (!File.Exists(Model))
        {
            return checkpoint is not null ? (checkpoint, Algorithm.Inspect(checkpoint)) : throw new FileNotFoundException(
                $"'{Path}' holds no model and no whole checkpoint: the run was ended before it saved anything, or its files are damaged. Train it again.");
        }

        try
        {
            var model = Algorithm.Inspect(Model, everyPart: checkpoint is not null);
            var further = checkpoint is null ? null : Algorithm.Inspect(checkpoint);
            return further?.Timesteps > model.Timesteps ? (checkpoint!, further) : (Model, model);
        }
        catch (InvalidDataException exception) when (checkpoint is not null)
        {
            throw new InvalidDataException($"{exception.Message} '{checkpoint}' is whole: delete '{Model}' to use it.", exception);
        }
    }

    private static IEnumerable<DirectoryInfo> Below(string logFolder) => !Directory.Exists(logFolder) ? [] : new DirectoryInfo(logFolder).EnumerateDirectories()
        .Where(folder => File.Exists(System.IO.Path.Combine(folder.FullName, ConfigFile)));

    // Of processes that begin runs of one name at the same time, one alone makes the file.
    private static bool TryClaim(string path)
    {
        if (Directory.Exists(path))
        {
            return false;
        }

        Directory.CreateDirectory(path);
        var file = System.IO.Path.Combine(path, ConfigFile);
        try
        {
            using var claim = new FileStream(file, FileMode.CreateNew);
            return true;
        }
        catch (IOException) when (File.Exists(file))
        {
            return false;
        }
    }

    private static string Safe(string id) => string.Concat(id.Select(letter => char.IsLetterOrDigit(letter) || letter is '.' or '_' or '-' ? letter : '-'));
}
