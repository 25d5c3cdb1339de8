using System.CommandLine;
using GymBridge.Cli.Output;
using GymBridge.Cli.Plots;
using GymBridge.Training.Logging;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge plot RUN...</c>: draws learning curves into a picture.</summary>
internal static class PlotCommand
{
    private const string TimeColumn = "time/time_elapsed";

    private static readonly Argument<string[]> Runs = new("RUN")
    {
        Description = "Run folders, or folders of run folders; those of one algorithm and environment are joined over their seeds.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "The picture, .svg or .png.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "curve.svg",
    };

    private static readonly Option<string> Metric = new("--metric", "-k")
    {
        Description = "What is drawn, a column of progress.csv.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "rollout/ep_rew_mean",
    };

    private static readonly Option<string> Axis = new Option<string>("-x")
    {
        Description = "What it is drawn over.",
        DefaultValueFactory = _ => "steps",
    }.AcceptOnlyFromAmong("steps", "time");

    private static readonly Option<string?> Title = new("--title") { Description = "Title of the picture." };

    // Words for what people draw most often; another metric keeps its name.
    private static readonly Dictionary<string, string> Labels = new(StringComparer.Ordinal)
    {
        ["rollout/ep_rew_mean"] = "Mean return of the last 100 episodes",
        ["rollout/ep_len_mean"] = "Mean length of the last 100 episodes [steps]",
        ["eval/mean_reward"] = "Mean return in evaluation",
        ["time/fps"] = "Speed [steps/s]",
    };

    public static Command Create()
    {
        var command = new Command("plot", "Draw learning curves: the mean over seeds with its 95 % confidence interval.") { Runs, Output, Metric, Axis, Title };
        command.SetWork(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        var path = PictureFile.Check(parsed.GetRequiredValue(Output));

        var isTime = parsed.GetRequiredValue(Axis) == "time";
        var metric = parsed.GetRequiredValue(Metric);
        var series = RunCurves.Read(parsed.GetRequiredValue(Runs), isTime ? TimeColumn : ProgressCsv.Timesteps, metric);
        PictureFile.Draw(() => CurveFigure.Save(path, series, isTime ? "Time [s]" : "Environment steps", Labels.GetValueOrDefault(metric, metric), parsed.GetValue(Title)));

        if (output.IsJson)
        {
            CliOutput.WriteJson(new System.Text.Json.Nodes.JsonObject
            {
                ["file"] = Path.GetFullPath(path),
                ["series"] = new System.Text.Json.Nodes.JsonArray([.. series.Select(line => new System.Text.Json.Nodes.JsonObject
                {
                    ["label"] = line.Label,
                    ["runs"] = line.Band.Runs,
                    ["last"] = CliOutput.Number(line.Band.Points[^1].Mean),
                })]),
            });
        }

        output.Line($"Drew {string.Join(", ", series.Select(line => line.Label))} into {path}");
        return 0;
    }
}
