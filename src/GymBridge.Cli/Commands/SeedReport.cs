using System.Globalization;
using System.Text.Json.Nodes;
using GymBridge.Cli.Output;
using GymBridge.Shared;
using GymBridge.Training.Statistics;

namespace GymBridge.Cli.Commands;

/// <summary>What runs that differ by their seed alone say together.</summary>
internal static class SeedReport
{
    public static void Write(CliOutput output, IReadOnlyList<Summary> runs)
    {
        var evaluated = runs.Where(run => run.Evaluation is not null).Select(run => run.Evaluation!.MeanReturn).ToList();
        var together = evaluated.Count == 0 ? null : SampleSummary.Of(evaluated);
        if (output.IsJson)
        {
            CliOutput.WriteJson(new JsonObject
            {
                ["runs"] = new JsonArray([.. runs.Select(run => run.ToJson())]),
                ["eval_mean_return"] = together is null ? null : new JsonObject
                {
                    ["median"] = together.Median,
                    ["iqr"] = together.InterquartileRange,
                    ["mean"] = together.Mean,
                    ["ci95"] = new JsonArray(together.LowerBound, together.UpperBound),
                },
            });
            return;
        }

        foreach (var run in runs)
        {
            output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"seed {run.Seed,3}  {Plural.Of(run.TimestepsMade, "timestep")}  {run.StepsPerSecond,8:F0} steps/s{(run.Evaluation is { } result ? $"  mean return {ReturnText.Of(result.MeanReturn)}" : string.Empty)}  {run.RunFolder}"));
        }

        if (together is not null)
        {
            var greatest = Math.Max(Math.Abs(together.LowerBound), Math.Abs(together.UpperBound));
            output.Line($"{Plural.Of(runs.Count, "seed")}: median {Text(together.Median)}, IQR {Text(together.InterquartileRange)}, mean {Text(together.Mean)} (95 % interval {Text(together.LowerBound)} to {Text(together.UpperBound)})");

            string Text(double value) => ReturnText.Of(value, greatest);
        }

        output.Line($"Next: gymbridge plot {string.Join(' ', runs.Select(run => ShellWord.Of(run.RunFolder)))} -o curve.svg");
    }
}
