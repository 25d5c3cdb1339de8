using System.CommandLine;
using System.Text.Json.Nodes;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Figures;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Cli.Plots;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge figure NAME</c>: draws a picture of the lessons.</summary>
internal static class FigureCommand
{
    private static readonly Argument<string?> Name = new("NAME") { Description = "Name of a figure; none lists all.", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<string?> Output = new("--output", "-o") { Description = "The picture, .svg or .png; by default NAME.svg.", HelpName = "FILE" };

    public static Command Create()
    {
        var command = new Command("figure", "Draw a picture of the lessons from runs, tables and formulas.") { Name, Output };
        EngineOptions.AddTo(command);
        command.SetWork(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        if (parsed.GetValue(Name) is not { } name)
        {
            Figure.All.ToList().ForEach(figure => output.Line($"{figure.Name,-24} {figure.Description}"));
            if (output.IsJson)
            {
                CliOutput.WriteJson(new JsonArray([.. Figure.All.Select(figure => (JsonNode)figure.Name)]));
            }

            return 0;
        }

        var found = Figure.All.FirstOrDefault(figure => figure.Name == name)
            ?? throw new UsageException($"There is no figure '{name}'; choose of {string.Join(", ", Figure.All.Select(figure => figure.Name))}.");
        var path = PictureFile.Check(parsed.GetValue(Output) ?? $"{name}.svg");
        EngineOptions.Choose(parsed, _ => { });
        PictureFile.Draw(() => found.Save(path, EnvironmentSource.Create(parsed, output), cancellation));
        if (output.IsJson)
        {
            CliOutput.WriteJson(new JsonObject { ["file"] = Path.GetFullPath(path) });
        }

        output.Line($"Drew {name} into {path}");
        return 0;
    }
}
