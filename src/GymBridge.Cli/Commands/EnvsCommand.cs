using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using Spectre.Console;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge envs</c>: lists the environments of the C# registry, or of a server.</summary>
internal static class EnvsCommand
{
    private static readonly Argument<string?> Pattern = new("PATTERN")
    {
        Description = "Show only ids that contain this text.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var command = new Command("envs", "List the environments that can be made.") { Pattern };
        ServerOptions.AddTo(command);
        command.SetWork((parsed, _) => Run(parsed));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var output = CliOutput.From(parsed);
        var source = EnvironmentSource.Create(parsed, output);
        var pattern = parsed.GetValue(Pattern) ?? string.Empty;
        var specs = source.List().Where(spec => spec.Id.Contains(pattern, StringComparison.OrdinalIgnoreCase)).ToList();
        if (output.IsJson)
        {
            CliOutput.WriteJson(new JsonArray([.. specs.Select(spec => JsonNode.Parse(spec.ToJson()))]));
            return 0;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("id", "max episode steps", "reward threshold");
        foreach (var spec in specs)
        {
            table.AddRow(
                new Text(spec.Id),
                new Text(spec.MaxEpisodeSteps?.ToString(CultureInfo.InvariantCulture) ?? "-"),
                new Text(spec.RewardThreshold?.ToString(CultureInfo.InvariantCulture) ?? "-"));
        }

        output.Console.Write(table);
        output.Line("Environments of Python modules are named module:id, for example gymnasium:CartPole-v1.");
        return 0;
    }
}
