using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using GymBridge.Agents;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Client;
using GymBridge.Seeding;
using GymBridge.Shared;
using GymBridge.Wrappers;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge bench training ENV</c>: where the time of training goes.</summary>
internal static class BenchTrainingCommand
{
    private static readonly Argument<string> Env = new("ENV") { Description = "Environment id: CartPole-v1 (C#), gymnasium:CartPole-v1 (Python)." };

    private static readonly Option<string> Algo = new("--algo") { Description = "Algorithm.", DefaultValueFactory = _ => "ppo" };

    private static readonly Option<Seed> RunSeed = SeedOption.Create("--seed", 1, "Seed of the run.");

    private static readonly Option<int> Timesteps = IntegerOption.Create("--total-timesteps", "Environment steps that are measured.", 20_000, 1, 1_000_000_000);

    private static readonly AlgorithmFlags Flags = new();

    public static Command Create()
    {
        var command = new Command("training", "Train, and measure where the time goes: environment, bridge, policy, forward, backward, optimizer.") { Env, Algo, RunSeed, Timesteps };
        ServerOptions.AddTo(command);
        Flags.AddTo(command, Algo);
        EngineOptions.AddTo(command);
        command.SetWork(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        var id = parsed.GetRequiredValue(Env);
        var settings = Flags.Resolve(parsed, parsed.GetRequiredValue(Algo), EnvId.Parse(id));
        var engine = EngineOptions.Choose(parsed, output.Line);
        var source = EnvironmentSource.Create(parsed, output, id);
        using var env = new BridgeMeter(source.MakeVec(id, settings.NumEnvs, new MakeOptions { AutoresetMode = AutoresetMode.SameStep }));
        using var wrapped = settings.Wrappers.Wrap(env);
        using var algorithm = OptionErrors.Create(settings, wrapped, parsed.GetValue(RunSeed));
        algorithm.TotalTimesteps = parsed.GetValue(Timesteps);

        // The first update compiles what the others run.
        algorithm.Update();
        env.Clear();
        var (first, clock) = (algorithm.Timesteps, new UpdateClock(TimeProvider.System));
        algorithm.Clock = clock;
        while (!algorithm.IsComplete)
        {
            cancellation.ThrowIfCancellationRequested();
            algorithm.Update();
        }

        var steps = algorithm.Timesteps - first;
        if (steps == 0)
        {
            throw new UsageException($"One update of {settings.Algorithm.Name} makes {Plural.Of(first, "timestep")} already; measure more: --total-timesteps {4 * first}.");
        }

        var measured = Enum.GetValues<UpdatePhase>().Aggregate(TimeSpan.Zero, (sum, phase) => sum + clock[phase]);
        (string Name, TimeSpan Time)[] parts =
        [
            ("environment", clock[UpdatePhase.Environment] - env.Bridge),
            ("bridge", env.Bridge),
            ("policy", clock[UpdatePhase.Acting]),
            ("forward", clock.Total - measured),
            ("backward", clock[UpdatePhase.Backward]),
            ("optimizer", clock[UpdatePhase.Optimizer]),
        ];
        Report(output, $"{settings.Algorithm.Name} on {id}, {Plural.Of(env.NumEnvs, "lane")}, engine {engine}", steps, clock.Total, parts);
        return 0;
    }

    private static void Report(CliOutput output, string title, long steps, TimeSpan total, (string Name, TimeSpan Time)[] parts)
    {
        if (output.IsJson)
        {
            CliOutput.WriteJson(new JsonObject
            {
                ["timesteps"] = steps,
                ["seconds"] = new JsonObject(parts.Select(part => new KeyValuePair<string, JsonNode?>(part.Name, part.Time.TotalSeconds))),
                ["total_seconds"] = total.TotalSeconds,
            });
            return;
        }

        output.Line($"{title}, {Plural.Of(steps, "timestep")}: microseconds a timestep");
        foreach (var (name, time) in parts)
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"  {name,-12} {time.TotalMicroseconds / steps,10:F2}  {time / total,6:P0}"));
        }

        output.Line(string.Create(CultureInfo.InvariantCulture, $"  {"total",-12} {total.TotalMicroseconds / steps,10:F2}  {steps / total.TotalSeconds:F0} steps/s"));
        output.Line("forward is losses with their forward passes, advantages and minibatches.");
    }

    /// <summary>Adds up what steps of a remote environment take beside the environment's own time.</summary>
    private sealed class BridgeMeter(VectorEnv env) : VectorWrapper(env)
    {
        public TimeSpan Bridge { get; private set; }

        public void Clear() => Bridge = TimeSpan.Zero;

        protected override void OnStep(Columns actions, VectorStep result)
        {
            var start = TimeProvider.System.GetTimestamp();
            base.OnStep(actions, result);
            if (Inner is RemoteVectorEnv remote)
            {
                Bridge += TimeProvider.System.GetElapsedTime(start) - remote.EnvironmentTime;
            }
        }
    }
}
