using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using GymBridge.Agents;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Learning;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Cli.Plots;
using GymBridge.Shared;
using GymBridge.Training.Curves;
using GymBridge.Training.Statistics;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge bench learning</c>: whether the algorithms learn what they should, over several seeds.</summary>
internal static class BenchLearningCommand
{
    private static readonly Argument<string[]> What = new("ROW") { Description = "Rows or algorithms; by default all rows of C# environments. Those of Python environments are run by their own names: ppo-lunarlander.", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Option<string?> Seeds = new("--seeds") { Description = "Seeds: 1..5, or 1,3,7; by default those that each row asks for, 1..5 for most.", HelpName = "A..B" };

    private static readonly Option<bool> Short = new("--short") { Description = "The short form of the rows that have one: one seed, few steps, a lower threshold." };

    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "Folder for results, curves and the table; what it holds of other seeds and rows stays.",
        HelpName = "FOLDER",
    };

    private static readonly Option<bool> Redraw = new("--redraw") { Description = "Draw the curves and the table of --output anew, and train nothing." };

    public static Command Create()
    {
        var command = new Command("learning", "Train each algorithm on what it has to learn, over several seeds, and compare with thresholds.") { What, Seeds, Short, Output, Redraw };
        EngineOptions.AddTo(command);
        command.SetWork(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        var rows = Choose(parsed.GetValue(What) ?? []);
        var given = parsed.GetValue(Seeds) is { } range ? SeedRange.Read(range).Select(seed => (long)seed.ToBigInteger()).ToList() : null;
        if (parsed.GetValue(Short))
        {
            rows = [.. rows.Where(row => row.Short is not null)
                .Select(row => row with { Timesteps = row.Short!.Value.Timesteps, Threshold = row.Short.Value.Threshold })];
            given = given?[..1] ?? [1];
        }

        if (parsed.GetValue(Redraw))
        {
            var kept = parsed.GetValue(Output) ?? throw new UsageException("--redraw needs the folder of the results: --output docs/learning.");
            rows.Where(row => LearningTable.Has(kept, row)).ToList().ForEach(row => Draw(kept, row, LearningTable.Load(kept, row)));
            LearningTable.Write(kept);
            return 0;
        }

        EngineOptions.Choose(parsed, output.Line);
        var source = EnvironmentSource.Create(parsed, output);
        var missed = new List<string>();
        var report = new JsonArray();
        foreach (var row in rows)
        {
            var results = new List<LearningResult>();
            foreach (var seed in given ?? [.. Enumerable.Range(1, row.Seeds)])
            {
                results.Add(LearningRun.Run(row, seed, source, TimeProvider.System, cancellation));
                output.Line(string.Create(
                    CultureInfo.InvariantCulture, $"{row.Name}, seed {seed}: {results[^1].Value:G5} after {Plural.Of(results[^1].Timesteps, "timestep")}, {results[^1].Seconds:F1} s"));
            }

            var all = parsed.GetValue(Output) is { } folder ? Keep(folder, row, results) : results;
            var passes = LearningTable.Passes(row, all);
            if (!passes)
            {
                missed.Add(row.Name);
            }

            var summary = SampleSummary.Of([.. all.Select(result => result.Value)]);
            report.Add(ToJson(row, all, summary, passes));
            output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Name}: median {summary.Median:G5}, IQR {summary.InterquartileRange:G3} of {Plural.Of(all.Count, "seed")}; asked for {(row.Conditions.Length == 0 ? "nothing" : row.Conditions)}: {(!passes ? "missed" : row.IsKnownFailure ? "fails, as is known" : "reached")}"));
        }

        if (output.IsJson)
        {
            CliOutput.WriteJson(report);
        }

        return missed.Count == 0 ? 0 : throw new GymBridgeException($"Not learned as it should be: {string.Join(", ", missed)}.");
    }

    private static List<LearningRow> Choose(string[] names)
    {
        // Rows of algorithms that this version does not have are none to run.
        var algorithms = AlgorithmCatalog.All.Concat(AlgorithmCatalog.Supervised).Select(algorithm => algorithm.Name).ToHashSet();
        var known = LearningRows.All.Where(row => row.Values is not null || algorithms.Contains(row.Algorithm)).ToList();
        foreach (var name in names.Where(name => !known.Exists(row => row.Name == name || row.Algorithm == name)))
        {
            throw new UsageException($"'{name}' is no row and no algorithm with rows; choose of {string.Join(", ", known.Select(row => row.Name))}.");
        }

        return [.. known.Where(row => names.Contains(row.Name) || (!row.NeedsPython && (names.Length == 0 || names.Contains(row.Algorithm))))];
    }

    private static List<LearningResult> Keep(string folder, LearningRow row, List<LearningResult> results)
    {
        LearningTable.Save(folder, row, results);
        var all = LearningTable.Load(folder, row);
        Draw(folder, row, all);
        return all;
    }

    private static void Draw(string folder, LearningRow row, List<LearningResult> results)
    {
        var (x, y) = AxesOf(row);
        var series = new FigureSeries($"{row.Algorithm} ({Plural.Of(results.Count, "seed")})", CurveBand.Of([.. results.Select(result => result.Curve)]));
        CurveFigure.Save(Path.Combine(folder, row.Name + ".svg"), [series], x, y, row.EnvId);
    }

    private static (string X, string Y) AxesOf(LearningRow row) => row.Measure switch
    {
        LearningMeasure.ValueError when row.Episodes > 0 => ("Episodes", "Root mean square error of the values"),
        LearningMeasure.ValueError => ("Sweeps", "Greatest change of a value"),
        LearningMeasure.PseudoRegret => ("Pulls", "Pseudo-regret"),
        LearningMeasure.LastRewards => ("Pulls", "Mean reward of the last 500 pulls"),
        LearningMeasure.Objective when row.Algorithm == ExactPolicyGradient.Descriptor.Name => ("Updates", "Objective"),
        _ when !LearningRun.DescriptorOf(row).StepsEnvironments => ("Updates", "Loss"),
        _ => ("Environment steps", "Mean return of the last 100 episodes"),
    };

    private static JsonObject ToJson(LearningRow row, List<LearningResult> results, SampleSummary summary, bool passes) => new()
    {
        ["row"] = row.Name,
        ["median"] = summary.Median,
        ["iqr"] = summary.InterquartileRange,
        ["threshold"] = row.Threshold,
        ["reached"] = passes,
        ["values"] = new JsonArray([.. results.Select(result => JsonValue.Create(result.Value))]),
    };
}
