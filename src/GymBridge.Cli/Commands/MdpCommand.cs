using System.CommandLine;
using System.Globalization;
using GymBridge.Agents.Planning;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Mdp;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge mdp dump|solve ENV</c>: the tables of an environment that has them, and what is best in it.</summary>
internal static class MdpCommand
{
    private static readonly Argument<string> Env = new("ENV") { Description = "Environment id with tables of transitions: C# or module:id, such as gymnasium:FrozenLake-v1." };

    private static readonly Option<string[]> Kwargs = EnvironmentKwargs.Create();

    private static readonly Option<double> Gamma = new("--gamma")
    {
        Description = "Discount per step, from 0 to 1.",
        DefaultValueFactory = _ => 0.99,
    };

    private static readonly Option<string> Method = new("--method")
    {
        Description = $"How to solve: {string.Join(", ", PlanningMethod.All.Select(method => method.Name))}.",
        DefaultValueFactory = _ => PlanningMethod.All[0].Name,
    };

    private static readonly Option<double> Temperature = new("--temperature")
    {
        Description = "What entropy is worth to soft, soft-kl and inference; above 0.",
        DefaultValueFactory = _ => 0.1,
    };

    private static readonly Option<double> Epsilon = new("--epsilon")
    {
        Description = "Share of actions at random that the policy of value-iteration has to bear, from 0 to 1.",
    };

    private static readonly Option<double> Tolerance = new("--tolerance")
    {
        Description = "A sweep that changes no value by as much is the last one; above 0.",
        DefaultValueFactory = _ => 1e-10,
    };

    public static Command Create()
    {
        var dump = new Command("dump", "Print the tables: what each action in each state leads to, how likely, and for which reward.") { Env, Kwargs };
        ServerOptions.AddTo(dump);
        dump.SetWork((parsed, _) => Dump(parsed));
        var solve = new Command("solve", "Print what states and actions are worth, and the best action of each state.") { Env, Kwargs, Gamma, Method, Temperature, Epsilon, Tolerance };
        ServerOptions.AddTo(solve);
        solve.SetWork((parsed, _) => Solve(parsed));
        return new Command("mdp", "Print or solve the decision process of an environment that has tables of transitions.") { dump, solve };
    }

    private static int Dump(ParseResult parsed)
    {
        var output = CliOutput.From(parsed);
        var (id, model) = Read(parsed, output);
        if (output.IsJson)
        {
            CliOutput.WriteJson(MdpReport.Json(id, model));
            return 0;
        }

        foreach (var line in MdpReport.Lines(id, model))
        {
            output.Line(line);
        }

        return 0;
    }

    private static int Solve(ParseResult parsed)
    {
        var output = CliOutput.From(parsed);
        var method = PlanningMethod.Get(parsed.GetValue(Method)!);
        var settings = new PlanningSettings
        {
            Gamma = In(parsed, Gamma, "from 0 to 1", value => value is >= 0 and <= 1),
            Tolerance = In(parsed, Tolerance, "above 0", value => value > 0 && double.IsFinite(value)),
        };
        var temperature = In(parsed, Temperature, "above 0", value => value > 0 && double.IsFinite(value));
        var epsilon = In(parsed, Epsilon, "from 0 to 1", value => value is >= 0 and <= 1);
        var (id, model) = Read(parsed, output);
        var result = method.Solve(model, settings, temperature, epsilon);
        if (output.IsJson)
        {
            CliOutput.WriteJson(MdpReport.Json(id, model, method.Name, result));
            return 0;
        }

        foreach (var line in MdpReport.Lines(id, model, method.Name, result))
        {
            output.Line(line);
        }

        return 0;
    }

    private static (string Id, MdpModel Model) Read(ParseResult parsed, CliOutput output)
    {
        var id = parsed.GetValue(Env)!;
        using var env = EnvironmentSource.Create(parsed, output).Make(id, new MakeOptions { Kwargs = EnvironmentKwargs.Read(parsed.GetValue(Kwargs)) });
        return (id, MdpModel.Of(env));
    }

    private static double In(ParseResult parsed, Option<double> option, string range, Func<double, bool> isIn)
    {
        var value = parsed.GetValue(option);
        return isIn(value) ? value : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option.Name} must be {range}, got {value}."));
    }
}
