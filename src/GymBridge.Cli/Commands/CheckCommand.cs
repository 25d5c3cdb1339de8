using System.CommandLine;
using System.Text.Json.Nodes;
using GymBridge.Checking;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Client;
using GymBridge.Client.Compliance;
using GymBridge.Shared;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge check ENV</c>: tries out whether an environment keeps the contract; without an environment, with
/// <c>--address</c>, whether a server keeps the wire contract.</summary>
internal static class CheckCommand
{
    private const string Human = "human";

    private static readonly Argument<string> Env = new("ENV")
    {
        Description = "Environment id: C# or module:id. Without one, --address names a server whose wire contract is checked.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string[]> Kwargs = EnvironmentKwargs.Create();

    private static readonly Option<int> Steps = new("--steps")
    {
        Description = "Steps of the run that is looked at, with sampled actions and over the ends of episodes.",
        HelpName = "N",
        DefaultValueFactory = _ => EnvChecker.DefaultSteps,
    };

    private static readonly Option<bool> SkipRenderCheck = new("--skip-render-check")
    {
        Description = "Draw nothing; by default the environment is made and drawn once more in each render mode but human, which opens a window.",
    };

    private static readonly Option<bool> Strict = new("--strict") { Description = "Exit 1 on warnings too." };

    public static Command Create()
    {
        var command = new Command("check", "Check that an environment keeps the contract.") { Env, Kwargs, Steps, SkipRenderCheck, Strict };
        ServerOptions.AddTo(command);
        command.SetWork((parsed, _) => Run(parsed));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var output = CliOutput.From(parsed);
        if (parsed.GetValue(Env) is not { } id)
        {
            return parsed.GetValue(ServerOptions.Address) is { } address
                ? CheckServer(address.ToString(), ServerOptions.Read(parsed), output)
                : throw new UsageException("Name an environment to check, or a server with --address.");
        }

        // Without the registry's wrappers, as Gymnasium's check_env is given env.unwrapped.
        var options = new MakeOptions { Raw = true, Kwargs = EnvironmentKwargs.Read(parsed.GetValue(Kwargs)) };
        var steps = parsed.GetValue(Steps);
        if (steps < 0)
        {
            throw new UsageException($"A run has no {steps} steps; give --steps a number from 0.");
        }

        var source = EnvironmentSource.Create(parsed, output, id);
        using var env = source.Make(id, options);
        var warnings = new List<string>();
        var error = Failure(() => warnings.AddRange(EnvChecker.Check(env, steps)));
        foreach (var mode in parsed.GetValue(SkipRenderCheck) ? [] : env.Metadata.RenderModes.Remove(Human))
        {
            error ??= Failure(
                () =>
                {
                    using var drawn = source.Make(id, options with { RenderMode = mode });
                    warnings.AddRange(EnvChecker.CheckRendering(drawn).Select(warning => $"In render mode '{mode}': {warning}"));
                },
                $"In render mode '{mode}', which {SkipRenderCheck.Name} leaves out: ");
        }

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

            output.Line(error is null ? $"{id} passes with {Plural.Of(warnings.Count, "warning")}." : $"{id} fails: {error}");
        }

        return error is null && !(parsed.GetValue(Strict) && warnings.Count > 0) ? 0 : 1;
    }

    private static int CheckServer(string address, ClientOptions options, CliOutput output)
    {
        var results = ComplianceSuite.Run(address, options: options);
        var failed = results.Count(result => result.Outcome == ComplianceOutcome.Failed);
        if (output.IsJson)
        {
            CliOutput.WriteJson(new JsonObject
            {
                ["address"] = address,
                ["passed"] = failed == 0,
                ["cases"] = new JsonArray([.. results.Select(result => new JsonObject
                {
                    ["name"] = result.Name, ["outcome"] = result.Outcome.ToString().ToLowerInvariant(), ["reason"] = result.Reason,
                })]),
            });
        }
        else
        {
            foreach (var result in results)
            {
                output.Line($"{result.Outcome.ToString().ToLowerInvariant(),-8}{result.Name}{(result.Reason.Length == 0 ? string.Empty : $": {result.Reason}")}");
            }

            output.Line(failed == 0 ? $"The server at {address} keeps the wire contract." : $"{failed} of {Plural.Of(results.Count, "case")} do not hold at {address}.");
        }

        return failed == 0 ? 0 : 1;
    }

    private static string? Failure(Action check, string where = "")
    {
        try
        {
            check();
            return null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever the environment raises is a failed check.
            return where + ErrorReport.Describe(exception);
        }
    }
}
