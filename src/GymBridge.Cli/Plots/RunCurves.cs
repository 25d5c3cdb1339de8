using GymBridge.Cli.Runs;
using GymBridge.Training.Curves;
using GymBridge.Training.Logging;

namespace GymBridge.Cli.Plots;

/// <summary>Reads one metric of several runs and joins those that differ by their seed alone.</summary>
internal static class RunCurves
{
    /// <summary>Reads the curves.</summary>
    /// <param name="runs">Run folders, or folders of run folders.</param>
    /// <param name="x">Column of the horizontal axis.</param>
    /// <param name="y">Column of the vertical axis.</param>
    /// <exception cref="FileNotFoundException">A folder holds no run.</exception>
    /// <exception cref="ArgumentException">A run has no such column, or no value in it.</exception>
    public static List<FigureSeries> Read(IEnumerable<string> runs, string x, string y) =>
    [
        .. runs.SelectMany(Folders)
            .Select(folder => (Label: LabelOf(folder), Curve: CurveOf(folder, x, y)))
            .GroupBy(run => run.Label, StringComparer.Ordinal)
            .Select(group => new FigureSeries(
                group.Count() == 1 ? group.Key : $"{group.Key} ({group.Count()} seeds)",
                CurveBand.Of([.. group.Select(run => run.Curve)]))),
    ];

    private static IEnumerable<string> Folders(string path)
    {
        if (File.Exists(Path.Combine(path, RunLog.ProgressFile)))
        {
            return [path];
        }

        var inside = Directory.Exists(path)
            ? Directory.EnumerateFiles(path, RunLog.ProgressFile, SearchOption.AllDirectories)
                .Select(file => Path.GetDirectoryName(file)!).Order(StringComparer.Ordinal).ToList()
            : [];
        return inside.Count > 0
            ? inside
            : throw new FileNotFoundException($"'{path}' holds no run: there is no '{RunLog.ProgressFile}' in it. Pass folders that 'gymbridge train' printed, for example runs/*.");
    }

    private static Curve CurveOf(string folder, string x, string y)
    {
        var curve = ProgressTable.Read(Path.Combine(folder, RunLog.ProgressFile)).Curve(x, y);
        return curve.X.Count > 0
            ? curve
            : throw new ArgumentException($"'{folder}' has no value of '{y}' yet; train it for longer, or leave it out.");
    }

    // Runs of other programs have no description; they are told apart by their folders.
    private static string LabelOf(string folder)
    {
        var path = Path.Combine(folder, RunFolder.ConfigFile);
        if (!File.Exists(path))
        {
            return Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        }

        var run = RunConfig.Read(path);
        return $"{run.Algorithm.ToUpperInvariant()} on {run.EnvId}";
    }
}
