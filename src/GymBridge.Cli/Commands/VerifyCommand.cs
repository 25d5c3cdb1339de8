using System.CommandLine;
using System.Text.Json.Nodes;
using GymBridge.Agents.Reproducibility;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Seeding;
using GymBridge.Shared;

namespace GymBridge.Cli.Commands;

/// <summary>
/// <c>gymbridge verify LEFT RIGHT</c>: trains the same agent on two environments in lockstep and compares everything after
/// every update, to the bit.
/// </summary>
internal static class VerifyCommand
{
    private const int ShownDigits = 16;

    private static readonly Argument<string> Left = new("LEFT") { Description = "Environment id, for example CartPole-v1." };

    private static readonly Argument<string> Right = new("RIGHT") { Description = "Environment id of its twin, for example gymnasium:CartPole-v1." };

    private static readonly Option<string> Algo = new("--algo") { Description = "Algorithm.", DefaultValueFactory = _ => "ppo" };

    private static readonly Option<Seed> RunSeed = SeedOption.Create("--seed", 1, "Seed of both runs.");

    private static readonly Option<Seed?> RightSeed = SeedOption.CreateOptional(
        "--right-seed", "Another seed for the right run, to see a difference found.");

    private static readonly Option<long> Timesteps = new("--total-timesteps", "-n", "--n-timesteps")
    {
        Description = "Environment steps of each run.",
        HelpName = "N",
        DefaultValueFactory = _ => 50_000,
    };

    private static readonly AlgorithmFlags Flags = new();

    public static Command Create()
    {
        var command = new Command("verify", "Train on two environments and compare weights, optimizer and observations bit for bit.")
        {
            Left, Right, Algo, RunSeed, RightSeed, Timesteps,
        };
        Flags.AddTo(command, Algo);
        EngineOptions.AddTo(command);
        ServerOptions.AddTo(command);
        HostOptions.AddTo(command);
        command.SetWork(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        var (leftId, rightId) = (parsed.GetValue(Left)!, parsed.GetValue(Right)!);

        // Both sides get the settings of the left environment, whatever presets the right one has.
        var settings = Flags.Resolve(parsed, parsed.GetValue(Algo)!, EnvId.Parse(leftId));
        var algorithm = settings.Algorithm;
        if (!algorithm.IsDeterministic)
        {
            throw new NotSupportedException($"{algorithm.Title} is not deterministic: two runs of it differ by themselves, so that there is nothing to verify.");
        }

        var seed = parsed.GetValue(RunSeed);
        var timesteps = parsed.GetValue(Timesteps);
        if (timesteps < 1)
        {
            throw new UsageException($"{Timesteps.Name} must be positive, got {timesteps}.");
        }

        OptionErrors.Check(settings);

        var engine = EngineOptions.Choose(parsed, output.Line);
        var makeOptions = new MakeOptions { AutoresetMode = AutoresetMode.SameStep };
        var source = EnvironmentSource.Create(parsed, output, leftId, rightId);
        using var leftEnv = source.MakeFor(algorithm, settings.Options, leftId, settings.NumEnvs, settings.Wrappers, makeOptions);
        using var rightEnv = source.MakeFor(algorithm, settings.Options, rightId, settings.NumEnvs, settings.Wrappers, makeOptions);
        CheckSpaces((leftId, leftEnv), (rightId, rightEnv));
        using var left = OptionErrors.Create(settings, leftEnv, seed);
        using var right = OptionErrors.Create(settings, rightEnv, parsed.GetValue(RightSeed) ?? seed);
        left.TotalTimesteps = right.TotalTimesteps = timesteps;
        output.Line($"{algorithm.Name}, {Plural.Of(timesteps, "timestep")}, engine {engine}: left {leftId} (seed {left.Seed}), right {rightId} (seed {right.Seed})");
        output.Line($"{"update",6}  {"steps",8}  {"weights",-ShownDigits}  {"optimizer",-ShownDigits}  observations");

        FirstDifference? difference = null;
        UpdateDigest? digest = null;
        while (difference is null && !left.IsComplete && !right.IsComplete)
        {
            cancellation.ThrowIfCancellationRequested();
            left.Update();
            right.Update();
            digest = UpdateDigest.Of(left);
            difference = FirstDifference.Find(left, right, digest, UpdateDigest.Of(right));
            output.Line($"{left.Updates,6}  {left.Timesteps,8}  {Short(digest.Weights)}  {Short(digest.Optimizer)}  {Short(digest.Rollout)}{(difference is null ? string.Empty : "  differs")}");
        }

        Report(output, difference, digest!, left.Updates);
        return difference is null ? 0 : 1;
    }

    // Environments of different spaces are no twins: there is no step to compare.
    private static void CheckSpaces((string Id, VectorEnv Env) left, (string Id, VectorEnv Env) right)
    {
        foreach (var (kind, first, second) in new[]
        {
            ("observation", left.Env.SingleObservationSpace, right.Env.SingleObservationSpace),
            ("action", left.Env.SingleActionSpace, right.Env.SingleActionSpace),
        })
        {
            if (!first.Equals(second))
            {
                throw new GymBridgeException(
                    $"'{left.Id}' and '{right.Id}' are no twins: the {kind} space of the left one is {first}, of the right one {second}. Name two environments with the same spaces.");
            }
        }
    }

    private static void Report(CliOutput output, FirstDifference? difference, UpdateDigest digest, int updates)
    {
        if (output.IsJson)
        {
            CliOutput.WriteJson(new JsonObject
            {
                ["identical"] = difference is null,
                ["digest"] = digest.Weights,
                ["updates"] = updates,
                ["first_difference"] = difference is null ? null : new JsonObject
                {
                    ["update"] = difference.Update,
                    ["step"] = difference.Step,
                    ["lane"] = difference.Lane,
                    ["field"] = difference.Field,
                    ["left"] = difference.Left,
                    ["right"] = difference.Right,
                },
            });
        }
        else if (difference is null)
        {
            output.Line($"identical: {Plural.Of(updates, "update")}, weights {digest.Weights}");
        }
        else
        {
            output.Line($"first difference: {Place(difference)}, {difference.Field}");
            output.Line($"  left  {difference.Left}");
            output.Line($"  right {difference.Right}");
        }
    }

    private static string Place(FirstDifference difference) => difference.Step is { } step
        ? $"update {difference.Update}, step {step}, lane {difference.Lane}"
        : $"update {difference.Update}, after learning";

    private static string Short(string digest) => digest[..ShownDigits];
}
