using System.CommandLine;
using System.Globalization;
using GymBridge.Agents;
using GymBridge.Agents.Evaluation;
using GymBridge.Agents.Randomness;
using GymBridge.Agents.Reproducibility;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Cli.Runs;
using GymBridge.Seeding;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge train ENV</c>: trains a policy, evaluates it, and saves the run; or goes on with a run.</summary>
internal static class TrainCommand
{
    private static readonly Argument<string?> Env = new("ENV")
    {
        Description = "Environment id: CartPole-v1 (C#), gymnasium:CartPole-v1 (Python).",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> Algo = new("--algo")
    {
        Description = "Algorithm: " + string.Join(", ", AlgorithmCatalog.All.Select(algorithm => algorithm.Name)) + ".",
        DefaultValueFactory = _ => "ppo",
    };

    private static readonly Option<Seed> RunSeed = SeedOption.Create("--seed", 1, "Seed of the whole run.");

    private static readonly Option<long?> Timesteps = new("--total-timesteps", "-n", "--n-timesteps")
    {
        Description = "Environment steps of the run in all, over all lanes.",
        HelpName = "N",
    };

    private static readonly Option<int> Episodes = new("--n-eval-episodes", "--eval-episodes")
    {
        Description = "Episodes of the evaluation at the end; 0 for none.",
        DefaultValueFactory = _ => 20,
    };

    private static readonly Option<string> LogFolder = new("--logdir") { Description = "Folder of the run folders.", DefaultValueFactory = _ => "runs" };

    private static readonly Option<string?> RunName = new("--run-name") { Description = "Name of the run folder." };

    private static readonly Option<string?> Resume = new("--resume")
    {
        Description = "Go on with a run: its folder, or 'latest'. Environment, algorithm and options are the run's; only the timesteps may be raised.",
        HelpName = "RUN",
    };

    private static readonly Option<long> SaveFrequency = new("--save-freq")
    {
        Description = "Timesteps between two checkpoints.",
        DefaultValueFactory = _ => 25_000,
    };

    private static readonly Option<int> KeptCheckpoints = new("--keep-checkpoints") { Description = "Checkpoints that stay.", DefaultValueFactory = _ => 3 };

    private static readonly Option<double?> StopReward = new("--stop-reward") { Description = "Stop once the mean return of the last 100 episodes reaches this." };

    private static readonly Option<bool> PrintConfig = new("--print-config") { Description = "Print the settings and where each came from, and do nothing." };

    private static readonly Option<string[]> Kwargs = EnvironmentKwargs.Create();

    private static readonly AlgorithmFlags Flags = new();

    public static Command Create()
    {
        var command = new Command("train", "Train a policy on a C# or Python environment.")
        {
            Env, Algo, RunSeed, Timesteps, Episodes, LogFolder, RunName, Resume, SaveFrequency, KeptCheckpoints, StopReward, PrintConfig, Kwargs, GlobalOptions.Address,
        };
        Flags.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Env) is null && result.GetValue(Resume) is null)
            {
                result.AddError("Required argument 'ENV' missing: name an environment, or a run to go on with by --resume.");
            }
        });
        command.SetWork(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        if (parsed.GetValue(Episodes) < 0)
        {
            throw new ArgumentException($"--n-eval-episodes must not be negative, got {parsed.GetValue(Episodes)}.");
        }

        return parsed.GetValue(Resume) is { } run ? GoOn(parsed, output, run, cancellation) : Begin(parsed, output, cancellation);
    }

    private static int Begin(ParseResult parsed, CliOutput output, CancellationToken cancellation)
    {
        var envId = parsed.GetValue(Env)!;
        var settings = Flags.Resolve(parsed, AlgorithmCatalog.Get(parsed.GetValue(Algo)!), EnvId.Parse(envId));
        var timesteps = parsed.GetValue(Timesteps) ?? settings.Timesteps;
        if (parsed.GetValue(PrintConfig))
        {
            settings.Print(output, timesteps);
            return 0;
        }

        if (timesteps < 1)
        {
            throw new ArgumentException($"Total timesteps must be positive, got {timesteps}.");
        }

        var seed = parsed.GetValue(RunSeed);
        var kwargs = parsed.GetValue(Kwargs) ?? [];
        var source = EnvironmentSource.Create(parsed, output);
        settings.Options.Validate();
        using var env = source.MakeVec(envId, settings.NumEnvs, Options(kwargs));
        using var algorithm = settings.Algorithm.Create(env, settings.Options, seed);
        var config = new RunConfig(
            typeof(TrainCommand).Assembly.GetName().Version!.ToString(3),
            envId,
            settings.Algorithm.Name,
            seed.ToString(),
            timesteps,
            settings.NumEnvs,
            kwargs,
            settings.Algorithm.WriteOptions(settings.Options));
        var folder = RunFolder.Create(parsed.GetValue(LogFolder)!, parsed.GetValue(RunName), config, TimeProvider.System);
        output.Line($"Training {settings.Algorithm.Name} on {envId} (seed {seed}, {timesteps} timesteps, {env.NumEnvs} lanes)");
        return Train(parsed, output, source, algorithm, folder, config, timesteps, cancellation);
    }

    private static int GoOn(ParseResult parsed, CliOutput output, string run, CancellationToken cancellation)
    {
        var (folder, config) = RunFolder.Open(run, parsed.GetValue(LogFolder)!);
        var file = folder.Newest();
        var saved = Algorithm.Inspect(file);
        var timesteps = parsed.GetValue(Timesteps) ?? config.TotalTimesteps;
        if (saved.Timesteps >= timesteps)
        {
            throw new ArgumentException(
                $"The run '{folder.Path}' is complete at {saved.Timesteps} of {timesteps} timesteps. To go on, ask for more in all: gymbridge train --resume {folder.Path} --total-timesteps {2 * saved.Timesteps}");
        }

        var source = EnvironmentSource.Create(parsed, output);
        using var env = source.MakeVec(config.EnvId, config.NumEnvs, Options(config.EnvKwargs));
        using var algorithm = Algorithm.Load(file, env, warn: message => output.Line($"warning: {message}"));
        output.Line($"Going on with {file} ({saved.Timesteps} of {timesteps} timesteps)");
        return Train(parsed, output, source, algorithm, folder, config, timesteps, cancellation);
    }

    private static int Train(
        ParseResult parsed, CliOutput output, EnvironmentSource source, Algorithm algorithm, RunFolder folder, RunConfig config, long timesteps, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var (start, startSteps) = (time.GetTimestamp(), algorithm.Timesteps);
        var checkpoints = new CheckpointCallback(folder.Checkpoints, parsed.GetValue(SaveFrequency), parsed.GetValue(KeptCheckpoints));
        List<TrainingCallback> callbacks = [new CsvLog(folder.Path), checkpoints];
        if (parsed.GetValue(StopReward) is { } reward)
        {
            callbacks.Add(new StopOnReward(reward));
        }

        algorithm.TotalTimesteps = timesteps;
        checkpoints.Save(algorithm);
        try
        {
            new TrainingDisplay(output, time).Run(display => algorithm.Learn(timesteps, [.. callbacks, display, new StopWhenCancelled(cancellation)]));
        }
        catch
        {
            // Whatever ends the run early - a lost host, a NaN - the weights so far are kept, and the error is not hidden.
            Keep(output, checkpoints, algorithm, folder);
            throw;
        }

        if (cancellation.IsCancellationRequested && !algorithm.IsComplete)
        {
            Keep(output, checkpoints, algorithm, folder);
            throw new OperationCanceledException(cancellation);
        }

        algorithm.Save(folder.Model);
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        var made = algorithm.Timesteps - startSteps;
        var result = parsed.GetValue(Episodes) is > 0 and var episodes ? Evaluate(source, config, algorithm, episodes, cancellation) : null;
        var summary = new Summary(
            config.EnvId, config.Algorithm, algorithm.Seed, algorithm.Timesteps, made / seconds, seconds, result, folder.Path, UpdateDigest.OfWeights(algorithm.Policy));
        Report(output, summary, made);
        return 0;
    }

    private static void Keep(CliOutput output, CheckpointCallback checkpoints, Algorithm algorithm, RunFolder folder)
    {
        try
        {
            output.Line($"Saved {checkpoints.Save(algorithm)}");
            output.Line($"To go on: gymbridge train --resume {folder.Path}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            output.Line($"warning: the run could not be saved: {exception.Message} Older checkpoints in {folder.Checkpoints} are as they were.");
        }
    }

    private static MakeOptions Options(IEnumerable<string> kwargs) =>
        new() { AutoresetMode = AutoresetMode.SameStep, Kwargs = EnvironmentKwargs.Read(kwargs) };

    private static EvaluationResult Evaluate(
        EnvironmentSource source, RunConfig config, Algorithm algorithm, int episodes, CancellationToken cancellation)
    {
        using var env = source.MakeVec(config.EnvId, 1, Options(config.EnvKwargs));
        return algorithm.Policy.Evaluate(
            env, episodes, RandomStreams.SeedOf(algorithm.Seed, StreamPurpose.Evaluation), cancellation: cancellation);
    }

    private static void Report(CliOutput output, Summary summary, long made)
    {
        if (output.IsJson)
        {
            CliOutput.WriteJson(summary.ToJson());
            return;
        }

        output.Line(string.Create(
            CultureInfo.InvariantCulture, $"Trained {made} timesteps in {summary.Seconds:F1} s ({summary.StepsPerSecond:F0} steps/s){(made == summary.Timesteps ? string.Empty : $", {summary.Timesteps} in all")}"));
        if (summary.Evaluation is { } evaluation)
        {
            output.Line(evaluation.ToString());
        }

        output.Line($"Digest of the weights: {summary.Digest}");
        output.Line($"Saved to {summary.RunFolder}");
        output.Line($"Next: gymbridge eval {summary.RunFolder}");
    }
}
