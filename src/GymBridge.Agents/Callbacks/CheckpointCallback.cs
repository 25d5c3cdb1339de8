using System.Globalization;

namespace GymBridge.Agents;

/// <summary>Saves the run every so many timesteps as <c>rl_model_{timesteps}_steps.gym</c>, and keeps the newest.</summary>
public sealed class CheckpointCallback : TrainingCallback
{
    private const string Prefix = "rl_model_";
    private const string Suffix = "_steps.gym";

    private readonly string _folder;
    private readonly StepInterval _interval;
    private readonly int _keep;

    /// <summary>Saves checkpoints into a folder, and deletes the oldest ones.</summary>
    /// <param name="folder">The folder; made when it is missing.</param>
    /// <param name="everySteps">Timesteps between two checkpoints, over all lanes.</param>
    /// <param name="keep">Number of checkpoints that stay.</param>
    public CheckpointCallback(string folder, long everySteps = 25_000, int keep = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        (_folder, _interval, _keep) = (folder, new StepInterval(everySteps), keep);
    }

    /// <summary>The newest checkpoint in a folder that is whole; damaged ones, one flipped bit included, are passed over. Null if there is none.</summary>
    public static string? Newest(string folder) => All(folder).Reverse().Select(checkpoint => checkpoint.Path).FirstOrDefault(IsWhole);

    /// <inheritdoc/>
    public override void OnStart(Algorithm algorithm) => _interval.Start(algorithm.Timesteps);

    /// <inheritdoc/>
    public override bool OnUpdate(Algorithm algorithm, UpdateReport report)
    {
        if (_interval.IsDue(report.Timesteps))
        {
            Save(algorithm);
        }

        return true;
    }

    /// <summary>Saves the run now, and deletes the checkpoints that are too many.</summary>
    /// <returns>The file.</returns>
    public string Save(Algorithm algorithm)
    {
        var path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{algorithm.Timesteps}{Suffix}"));
        algorithm.Save(path);
        foreach (var (old, _) in All(_folder).SkipLast(_keep))
        {
            File.Delete(old);
        }

        return path;
    }

    private static IEnumerable<(string Path, long Timesteps)> All(string folder) => !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder)
        .Select(path => (Path: path, Name: Path.GetFileName(path)))
        .Where(file => file.Name.StartsWith(Prefix, StringComparison.Ordinal) && file.Name.EndsWith(Suffix, StringComparison.Ordinal))
        .Select(file => (file.Path, Timesteps: TimestepsOf(file.Name)))
        .Where(file => file.Timesteps >= 0)
        .OrderBy(file => file.Timesteps);

    private static long TimestepsOf(string name) =>
        long.TryParse(name[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var steps) ? steps : -1;

    private static bool IsWhole(string path)
    {
        try
        {
            Algorithm.Inspect(path, everyPart: true);
            return true;
        }
        catch (Exception exception) when (exception is InvalidDataException or FileNotFoundException)
        {
            // Damaged, or deleted for a newer one in this moment.
            return false;
        }
    }
}
