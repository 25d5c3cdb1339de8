using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using GymBridge.Agents;
using GymBridge.Cli.Output;
using GymBridge.Cli.Runs;
using GymBridge.Training.Export;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge export RUN</c>: writes a trained policy for other programs.</summary>
internal static class ExportCommand
{
    private static readonly Argument<string> Run = new("RUN") { Description = "Run folder that train printed, or 'latest'.", DefaultValueFactory = _ => RunFolder.Latest };

    private static readonly Option<string> Format = new Option<string>("--format")
    {
        Description = "onnx: a model that takes observations and gives actions; safetensors: the weights.",
        DefaultValueFactory = _ => "onnx",
    }.AcceptOnlyFromAmong("onnx", "safetensors");

    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "The file; policy.json is written beside it. By default export/model.FORMAT in the run folder.",
        HelpName = "FILE",
    };

    private static readonly Option<string> LogFolder = new("--logdir") { Description = "Folder where 'latest' is looked for.", DefaultValueFactory = _ => RunFolder.DefaultLogFolder };

    public static Command Create()
    {
        var command = new Command("export", "Write a trained policy as an ONNX model or as safetensors, checked against the policy.") { Run, Format, Output, LogFolder };
        command.SetWork(Export);
        return command;
    }

    private static int Export(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        var (folder, _) = RunFolder.Open(parsed.GetRequiredValue(Run), parsed.GetRequiredValue(LogFolder));
        var format = parsed.GetRequiredValue(Format);
        var path = parsed.GetValue(Output) ?? Path.Combine(folder.Path, "export", "model." + format);
        using var policy = Policy.Load(folder.Newest());
        var difference = 0.0;
        if (format == "onnx")
        {
            difference = PolicyExport.ToOnnx(policy, path);
            output.Line(string.Create(
                CultureInfo.InvariantCulture, $"The model agrees with the policy on {PolicyExport.Observations} observations: same actions, outputs within {difference:G2}"));
        }
        else
        {
            PolicyExport.ToSafeTensors(policy, path);
        }

        var description = Path.Combine(Path.GetDirectoryName(path) ?? string.Empty, PolicyExport.Description);
        if (output.IsJson)
        {
            CliOutput.WriteJson(new JsonObject { ["file"] = path, ["description"] = description, ["max_abs_difference"] = difference });
        }

        output.Line($"Wrote {path}");
        output.Line($"Wrote {description}");
        return 0;
    }
}
