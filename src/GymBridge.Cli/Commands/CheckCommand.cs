using System.CommandLine;
using System.Text.Json.Nodes;
using GymBridge.Checking;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge check ID</c>: tries out whether an environment keeps the contract.</summary>
internal static class CheckCommand
{
    private static readonly Argument<string> Env = new("ENV") { Description = "Environment id: C# or module:id." };

    private static readonly Option<string[]> Kwargs = EnvironmentKwargs.Create();

    private static readonly Option<bool> Strict = new("--strict") { Description = "Exit 1 on warnings too." };

    public static Command Create()
    {
        var command = new Command("check", "Check that an environment keeps the contract.") { Env, Kwargs, Strict, GlobalOptions.Address };
        command.SetWork((parsed, _) => Run(parsed));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var output = CliOutput.From(parsed);
        var id = parsed.GetValue(Env)!;

        // Without the registry's wrappers, as Gymnasium's check_env is given env.unwrapped.
        var options = new MakeOptions { Raw = true, Kwargs = EnvironmentKwargs.Read(parsed.GetValue(Kwargs)) };
        using var env = EnvironmentSource.Create(parsed, output).Make(id, options);
        var (warnings, error) = Check(env);
        if (output.IsJson)
        {
            CliOutput.WriteJson(new JsonObject
            {
                ["env_id"] = id,
                ["passed"] = error is null,
                ["error"] = error,
                ["warnings"] = new JsonArray([.. warnings.Select(warning => JsonValue.Create(warning))]),
            });
        }
        else
        {
            foreach (var warning in warnings)
            {
                output.Line($"warning: {warning}");
            }

            output.Line(error is null ? $"{id} passes with {warnings.Count} warnings." : $"{id} fails: {error}");
        }

        return error is null && !(parsed.GetValue(Strict) && warnings.Count > 0) ? 0 : 1;
    }

    private static (IReadOnlyList<string> Warnings, string? Error) Check(Env env)
    {
        try
        {
            return (EnvChecker.Check(env), null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever the environment raises is a failed check.
            return ([], ErrorReport.Describe(exception));
        }
    }
}
