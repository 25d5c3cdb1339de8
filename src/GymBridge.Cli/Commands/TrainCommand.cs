using System.CommandLine;
using System.Globalization;
using GymBridge.Agents;
using GymBridge.Agents.Evaluation;
using GymBridge.Agents.Randomness;
using GymBridge.Agents.Reproducibility;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Cli.Runs;
using GymBridge.Seeding;
using GymBridge.Shared;
using GymBridge.Training.Logging;
using GymBridge.Training.Presets;

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

    private static readonly Option<string?> Seeds = new("--seeds")
    {
        Description = "Several runs, one for each seed, and what they say together: 1..5, or 1,3,7.",
        HelpName = "A..B",
    };

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

    private static readonly Option<string> LogFolder = new("--logdir") { Description = "Folder of the run folders.", DefaultValueFactory = _ => RunFolder.DefaultLogFolder };

    private static readonly Option<string?> RunName = new("--run-name") { Description = "Name of the run folder." };

    private static readonly Option<string?> Resume = new("--resume")
    {
        Description = "Go on with a run: its folder, or 'latest'. Environment, algorithm, seed and options are the run's and cannot be given; the timesteps may be raised. How it is evaluated, saved and logged stays as it was unless given.",
        HelpName = "RUN",
    };

    private static readonly Option<long> SaveFrequency = new("--save-freq")
    {
        Description = "Timesteps between two checkpoints.",
        DefaultValueFactory = _ => 25_000,
    };

    private static readonly Option<int> KeptCheckpoints = new("--keep-checkpoints") { Description = "Checkpoints that stay.", DefaultValueFactory = _ => 3 };

    private static readonly Option<double?> StopReward = new("--stop-reward") { Description = "Stop once the mean return of the last 100 episodes reaches this." };

    private static readonly Option<long> EvalFrequency = new("--eval-freq")
    {
        Description = "Timesteps between two evaluations during training, whose best policy is kept; 0 for none.",
        DefaultValueFactory = _ => 0,
    };

    private static readonly Option<string> LogTags = new("--log-tags")
    {
        Description = "Names in the event files: " + string.Join(", ", MetricTags.All.Select(tags => tags.Name)) + ".",
        DefaultValueFactory = _ => MetricTags.StableBaselines3.Name,
    };

    private static readonly Option<long?> LogFrequency = new("--log-freq") { Description = "Timesteps between two rows of the logs; by default a thousandth of the run, 10,000 at most.", HelpName = "N" };

    private static readonly Option<string?> InitialRun = new("--init-from") { Description = "Begin with the weights of another run: its folder, or 'latest'.", HelpName = "RUN" };

    private static readonly Option<bool> RestartHost = new("--restart-host")
    {
        Description = "When a process of a Python environment, or the server, dies or gives no answer: start it again, and go on with its lanes from the last reset.",
    };

    private static readonly Option<bool> PrintConfig = new("--print-config") { Description = "Print the settings and where each came from, and do nothing." };

    private static readonly TimeSpan UpdateGrace = TimeSpan.FromSeconds(2);

    private const string EvaluationColumn = "eval/mean_reward";

    private static readonly Option<string[]> Kwargs = EnvironmentKwargs.Create();

    private static readonly AlgorithmFlags Flags = new();

    public static Command Create()
    {
        var command = new Command("train", "Train a policy on a C# or Python environment.") { Env };
        OptionGroup.Add(command, "The run", Algo, Timesteps, RunSeed, Seeds, Kwargs, Resume, InitialRun, StopReward, RestartHost, PrintConfig);
        Flags.AddTo(command, Algo);
        OptionGroup.Add(command, "Evaluation", EvalFrequency, Episodes);
        OptionGroup.Add(command, "The run folder", LogFolder, RunName, SaveFrequency, KeptCheckpoints, LogFrequency, LogTags);
        EngineOptions.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Env) is null && result.GetResult(Resume) is null)
            {
                result.AddError("Required argument 'ENV' missing: name an environment, or a run to go on with by --resume.");
            }
        });
        ServerOptions.AddTo(command);
        HostOptions.AddTo(command);
        VectorizationOption.AddTo(command);
        command.SetWork(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        if (parsed.GetValue(Episodes) < 0)
        {
            throw new UsageException($"--n-eval-episodes must not be negative, got {parsed.GetValue(Episodes)}.");
        }

        OptionErrors.Read(() => MetricTags.Get(parsed.GetValue(LogTags)!));
        return parsed.GetValue(Resume) is { } run ? GoOn(parsed, output, run, cancellation) : Begin(parsed, output, cancellation);
    }

    private static int Begin(ParseResult parsed, CliOutput output, CancellationToken cancellation)
    {
        var envId = parsed.GetValue(Env)!;
        var settings = Flags.Resolve(parsed, parsed.GetValue(Algo)!, EnvId.Parse(envId));
        var timesteps = parsed.GetValue(Timesteps) ?? settings.Timesteps;
        if (parsed.GetValue(PrintConfig))
        {
            SettingsReport.Write(output, settings, timesteps);
            return 0;
        }

        if (timesteps < 1)
        {
            throw new UsageException($"{Timesteps.Name} must be positive, got {timesteps}.");
        }

        OptionErrors.Check(settings);
        if (parsed.GetValue(Seeds) is not { } seeds)
        {
            Report(output, Begin(parsed, output, settings, envId, timesteps, parsed.GetValue(RunSeed), cancellation));
            return 0;
        }

        var summaries = SeedRange.Read(seeds).Select(seed => Begin(parsed, output, settings, envId, timesteps, seed, cancellation)).ToList();
        SeedReport.Write(output, summaries);
        return 0;
    }

    private static Summary Begin(
        ParseResult parsed, CliOutput output, TrainingSettings settings, string envId, long timesteps, Seed seed, CancellationToken cancellation)
    {
        var kwargs = parsed.GetValue(Kwargs) ?? [];
        var vectorization = VectorizationOption.Read(parsed);
        var monitoring = MonitoringOf(parsed, null);
        var source = Source(parsed, output, envId, monitoring);
        var engine = EngineOptions.Choose(parsed, output.Line);
        using var env = source.MakeFor(settings.Algorithm, settings.Options, envId, settings.NumEnvs, settings.Wrappers, Options(kwargs, vectorization));
        using var algorithm = OptionErrors.Create(settings, env, seed);
        if (parsed.GetValue(InitialRun) is { } other)
        {
            CopyWeights(parsed, other, algorithm);
        }

        var config = new RunConfig(
            VersionReport.Version,
            engine.ToString(),
            envId,
            settings.Algorithm.Name,
            seed.ToString(),
            timesteps,
            settings.NumEnvs,
            kwargs,
            settings.Algorithm.WriteOptions(settings.Options),
            settings.Wrappers,
            monitoring,
            vectorization);
        var name = parsed.GetValue(RunName) is { } given && parsed.GetValue(Seeds) is not null ? $"{given}__{seed}" : parsed.GetValue(RunName);
        var folder = RunFolder.Create(parsed.GetValue(LogFolder)!, name, config, TimeProvider.System);
        using var hold = folder.Hold();
        output.Line($"Training {settings.Algorithm.Name} on {envId} (seed {seed}, {Plural.Of(timesteps, "timestep")}, {Plural.Of(env.NumEnvs, "lane")}, engine {engine})");
        return Train(output, source, algorithm, folder, config, monitoring, timesteps, cancellation);
    }

    private static EnvironmentSource Source(ParseResult parsed, CliOutput output, string envId, RunMonitoring monitoring)
    {
        var gate = new Lock();
        return EnvironmentSource.Create(parsed, output, monitoring.RestartHost ? TellLoss : null, envId);

        // Several processes may be lost at the same time, each on the thread of its lanes.
        void TellLoss(GymBridgeException lost)
        {
            lock (gate)
            {
                output.Line($"warning: {ErrorReport.Describe(lost)} --restart-host: another is started, and the episodes begin anew.");
            }
        }
    }

    // What is given counts, then what the run had, then the default.
    private static RunMonitoring MonitoringOf(ParseResult parsed, RunMonitoring? run)
    {
        return new RunMonitoring(
            Of(EvalFrequency, run?.EvalFrequency),
            Of(Episodes, run?.EvalEpisodes),
            Of(SaveFrequency, run?.SaveFrequency),
            Of(KeptCheckpoints, run?.KeptCheckpoints),
            parsed.IsGiven(StopReward) ? parsed.GetValue(StopReward) : run?.StopReward,
            run is null || parsed.IsGiven(LogTags) ? parsed.GetValue(LogTags)! : run.LogTags,
            parsed.IsGiven(LogFrequency) ? parsed.GetValue(LogFrequency) : run?.LogFrequency,
            Of(RestartHost, run?.RestartHost));

        T Of<T>(Option<T> option, T? saved)
            where T : struct => saved is null || parsed.IsGiven(option) ? parsed.GetValue(option) : saved.Value;
    }

    /// <summary>Refuses what a run that goes on cannot change, so that nobody believes that it was changed.</summary>
    private static void CheckUnchanged(ParseResult parsed, RunFolder folder, RunConfig config)
    {
        List<string> given = [.. Flags.Given(parsed)];
        foreach (var (option, isSame) in new (Option Option, bool IsSame)[]
        {
            (Algo, parsed.GetValue(Algo) == config.Algorithm), (RunSeed, parsed.GetValue(RunSeed).ToString() == config.Seed),
            (VectorizationOption.Mode, VectorizationOption.Read(parsed) == config.Vectorization),
            (Seeds, false), (RunName, false), (InitialRun, false), (Kwargs, false),
        })
        {
            if (parsed.IsGiven(option) && !isSame)
            {
                given.Add(option.Name);
            }
        }

        if (parsed.GetValue(Env) is { } env && env != config.EnvId)
        {
            given.Insert(0, $"the environment '{env}'");
        }

        if (given.Count > 0)
        {
            throw new UsageException(
                $"A run that goes on keeps its environment, algorithm, seed and options; {string.Join(", ", given)} cannot be given with --resume. '{folder.Path}' is {config.Algorithm} on {config.EnvId}, seed {config.Seed}: leave it out, or start a new run (--init-from begins with the weights of another).");
        }
    }

    private static int GoOn(ParseResult parsed, CliOutput output, string run, CancellationToken cancellation)
    {
        var (folder, config) = RunFolder.Open(run, parsed.GetValue(LogFolder)!);
        CheckUnchanged(parsed, folder, config);
        using var hold = folder.Hold();
        var monitoring = MonitoringOf(parsed, config.Monitoring);
        var file = folder.Newest();
        var engine = EngineOptions.Choose(parsed, output.Line, config.Engine);
        var saved = Algorithm.Inspect(file);
        var timesteps = parsed.GetValue(Timesteps) ?? config.TotalTimesteps;
        if (saved.Timesteps >= timesteps && !saved.IsPaused)
        {
            throw new ArgumentException(
                $"The run '{folder.Path}' is complete at {saved.Timesteps} of {Plural.Of(timesteps, "timestep")}. To go on, ask for more in all: gymbridge train --resume {ShellWord.Of(folder.Path)} --total-timesteps {2 * saved.Timesteps}");
        }

        var source = Source(parsed, output, config.EnvId, monitoring);
        var descriptor = AlgorithmCatalog.Get(config.Algorithm);
        var wrappers = config.Wrappers ?? new TrainingWrappers();
        var options = Options(config.EnvKwargs, config.Vectorization);
        using var env = source.MakeFor(descriptor, descriptor.ReadOptions(config.Options), config.EnvId, config.NumEnvs, wrappers, options);
        using var algorithm = Algorithm.Load(file, env, warn: message => output.Line($"warning: {message}"));
        output.Line($"Going on with {file} ({saved.Timesteps} of {Plural.Of(timesteps, "timestep")}, engine {engine})");
        Report(output, Train(output, source, algorithm, folder, config, monitoring, timesteps, cancellation));
        return 0;
    }

    private static Summary Train(
        CliOutput output,
        EnvironmentSource source,
        Algorithm algorithm,
        RunFolder folder,
        RunConfig config,
        RunMonitoring monitoring,
        long timesteps,
        CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var (start, startSteps) = (time.GetTimestamp(), algorithm.Timesteps);
        var checkpoints = new CheckpointCallback(folder.Checkpoints, monitoring.SaveFrequency, monitoring.KeptCheckpoints);
        using var evaluationEnv = monitoring.EvalFrequency > 0 ? source.MakeVec(config.EnvId, 1, Options(config.EnvKwargs, config.Vectorization)) : null;
        var evaluation = evaluationEnv is null ? null : CreateEvaluation(monitoring, folder, algorithm, evaluationEnv);
        using var log = new RunLog(folder.Path, new RunLogOptions
        {
            EnvId = config.EnvId,
            Tags = MetricTags.Get(monitoring.LogTags),
            EveryTimesteps = monitoring.LogFrequency,
            Evaluations = evaluation,
            Hyperparameters = HyperparameterTable(algorithm),
        });
        List<TrainingCallback> callbacks = [.. evaluation is null ? Array.Empty<TrainingCallback>() : [evaluation], log, checkpoints];
        if (monitoring.StopReward is { } reward)
        {
            callbacks.Add(new StopOnReward(reward));
        }

        foreach (var warning in UpdateSize.Warnings(config.Algorithm, config.NumEnvs, algorithm.TimestepsAtOnce, timesteps - startSteps))
        {
            output.Line($"warning: {warning}");
        }

        algorithm.TotalTimesteps = timesteps;
        checkpoints.Save(algorithm);

        // A run that is interrupted comes to the end of its update, from which it goes on bit for bit, unless that takes too long.
        using var impatience = new CancellationTokenSource();
        using var interruption = cancellation.Register(() => impatience.CancelAfter(UpdateGrace));
        algorithm.Cancellation = impatience.Token;
        using var keeping = Interruption.TakesTime();
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
        var result = monitoring.EvalEpisodes is > 0 and var episodes ? Evaluate(source, config, algorithm, episodes, cancellation) : null;
        return new Summary(
            config.EnvId,
            config.Algorithm,
            algorithm.Seed,
            algorithm.Timesteps,
            made / seconds,
            seconds,
            result,
            folder.Path,
            UpdateDigest.OfWeights(algorithm.Policy))
        { TimestepsMade = made };
    }

    private static EvalCallback CreateEvaluation(RunMonitoring monitoring, RunFolder folder, Algorithm algorithm, VectorEnv env)
    {
        var evaluation = new EvalCallback(env, monitoring.EvalFrequency, Math.Max(1, monitoring.EvalEpisodes), folder.BestModel);
        var progress = Path.Combine(folder.Path, RunLog.ProgressFile);
        if (algorithm.Timesteps > 0 && File.Exists(progress) && ProgressTable.Read(progress) is var table && table.Columns.Contains(EvaluationColumn))
        {
            var earlier = table.Curve(ProgressCsv.Timesteps, EvaluationColumn);
            evaluation.BestMeanReturn = earlier.X.Zip(earlier.Y)
                .Where(point => point.First <= algorithm.Timesteps)
                .Select(point => point.Second)
                .DefaultIfEmpty(double.NegativeInfinity)
                .Max();
        }

        return evaluation;
    }

    private static void CopyWeights(ParseResult parsed, string run, Algorithm algorithm)
    {
        var (folder, _) = RunFolder.Open(run, parsed.GetValue(LogFolder)!);
        using var other = Policy.Load(folder.Newest());
        algorithm.Policy.CopyWeightsFrom(other);
    }

    private static string HyperparameterTable(Algorithm algorithm)
    {
        var values = algorithm.Descriptor.WriteOptions(algorithm.Hyperparameters);
        return "|param|value|\n|-|-|\n" + string.Join('\n', algorithm.Descriptor.Hyperparameters.Select(item => $"|{item.Key}|{values[item.Name]?.ToJsonString() ?? "none"}|"));
    }

    private static void Keep(CliOutput output, CheckpointCallback checkpoints, Algorithm algorithm, RunFolder folder)
    {
        try
        {
            output.Line($"Saved {checkpoints.Save(algorithm)}");
            output.Line($"To go on: gymbridge train --resume {ShellWord.Of(folder.Path)}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            output.Line($"warning: the run could not be saved: {ErrorReport.Describe(exception)} Older checkpoints in {folder.Checkpoints} are as they were.");
        }
    }

    private static MakeOptions Options(IEnumerable<string> kwargs, string? vectorization) =>
        VectorizationOption.MakeOptions(EnvironmentKwargs.Read(kwargs), vectorization);

    private static EvaluationResult Evaluate(
        EnvironmentSource source, RunConfig config, Algorithm algorithm, int episodes, CancellationToken cancellation)
    {
        using var env = source.MakeVec(config.EnvId, 1, Options(config.EnvKwargs, config.Vectorization));
        return algorithm.Policy.Evaluate(
            env, episodes, RandomStreams.SeedOf(algorithm.Seed, StreamPurpose.Evaluation), cancellationToken: cancellation);
    }

    private static void Report(CliOutput output, Summary summary)
    {
        var made = summary.TimestepsMade;
        if (output.IsJson)
        {
            CliOutput.WriteJson(summary.ToJson());
            return;
        }

        output.Line(string.Create(
            CultureInfo.InvariantCulture, $"Trained {Plural.Of(made, "timestep")} in {summary.Seconds:F1} s ({summary.StepsPerSecond:F0} steps/s){(made == summary.Timesteps ? string.Empty : $", {summary.Timesteps} in all")}"));
        if (summary.Evaluation is { } evaluation)
        {
            output.Line(evaluation.ToString());
        }

        output.Line($"Digest of the weights: {summary.Digest}");
        output.Line($"Saved to {summary.RunFolder}");
        output.Line($"Next: gymbridge eval {ShellWord.Of(summary.RunFolder)}");
    }
}
