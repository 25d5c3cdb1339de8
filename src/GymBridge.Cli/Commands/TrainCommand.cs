using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using GymBridge.Agents;
using GymBridge.Agents.Evaluation;
using GymBridge.Agents.Reproducibility;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Cli.Runs;
using GymBridge.Seeding;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge train ENV</c>: trains an agent, evaluates it, and saves the run.</summary>
internal static class TrainCommand
{
    private static readonly Argument<string> Env = new("ENV") { Description = "Environment id: CartPole-v1 (C#), gymnasium:CartPole-v1 (Python)." };

    private static readonly Option<string> Algo = new("--algo")
    {
        Description = "Algorithm: " + string.Join(", ", AlgorithmCatalog.All.Select(algorithm => algorithm.Name)) + ".",
        DefaultValueFactory = _ => "ppo",
    };

    private static readonly Option<Seed> RunSeed = SeedOption.Create("--seed", 1, "Seed of the whole run.");

    private static readonly Option<long?> Timesteps = new("--total-timesteps", "-n", "--n-timesteps")
    {
        Description = "Environment steps, over all lanes.",
        HelpName = "N",
    };

    private static readonly Option<int> Episodes = new("--n-eval-episodes", "--eval-episodes")
    {
        Description = "Episodes of the evaluation at the end; 0 for none.",
        DefaultValueFactory = _ => 20,
    };

    private static readonly Option<string> LogFolder = new("--logdir") { Description = "Folder of the run folders.", DefaultValueFactory = _ => "runs" };

    private static readonly Option<string?> RunName = new("--run-name") { Description = "Name of the run folder." };

    private static readonly Option<string[]> Kwargs = EnvironmentKwargs.Create();

    private static readonly AlgorithmFlags Flags = new();

    public static Command Create()
    {
        var command = new Command("train", "Train an agent on a C# or Python environment.")
        {
            Env, Algo, RunSeed, Timesteps, Episodes, LogFolder, RunName, Kwargs, GlobalOptions.Address,
        };
        Flags.AddTo(command);
        command.SetWork(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        var time = TimeProvider.System;
        var envId = parsed.GetValue(Env)!;
        var algorithm = AlgorithmCatalog.Get(parsed.GetValue(Algo)!);
        var options = Flags.Apply(parsed, algorithm, EnvId.Parse(envId));
        var seed = parsed.GetValue(RunSeed);
        var timesteps = parsed.GetValue(Timesteps) ?? algorithm.DefaultTimesteps;
        var episodes = parsed.GetValue(Episodes);
        if (episodes < 0)
        {
            throw new ArgumentException($"--n-eval-episodes must not be negative, got {episodes}.");
        }

        var source = EnvironmentSource.Create(parsed, output);
        var makeOptions = new MakeOptions { AutoresetMode = AutoresetMode.SameStep, Kwargs = EnvironmentKwargs.Read(parsed.GetValue(Kwargs)) };
        using var env = source.MakeVec(envId, algorithm.NumEnvs(options), makeOptions);
        using var trainer = algorithm.CreateTrainer(env, options, seed, timesteps);
        var config = new RunConfig(
            typeof(TrainCommand).Assembly.GetName().Version!.ToString(3),
            envId,
            algorithm.Name,
            seed.ToString(),
            timesteps,
            parsed.GetValue(Kwargs) ?? [],
            JsonSerializer.SerializeToNode(options, algorithm.OptionsType)!);
        using var folder = RunFolder.Create(parsed.GetValue(LogFolder)!, parsed.GetValue(RunName), config, time);
        output.Line($"Training {algorithm.Name} on {envId} (seed {seed}, {timesteps} timesteps, {env.NumEnvs} lanes)");

        var start = time.GetTimestamp();
        try
        {
            new TrainingDisplay(output, timesteps, time).Run(report => Train(trainer, folder, report, cancellation));
        }
        finally
        {
            // Whatever ends the run early - Ctrl-C, a lost host - the weights so far are kept.
            folder.SaveAgent(trainer.Agent);
        }

        var seconds = time.GetElapsedTime(start).TotalSeconds;
        var result = episodes == 0 ? null : Evaluate(source, envId, makeOptions, trainer.Agent, episodes, seed, cancellation);
        Report(output, new Summary(envId, algorithm.Name, seed, timesteps, trainer.Timesteps / seconds, seconds, result, folder.Path, UpdateDigest.OfWeights(trainer.Agent)));
        return 0;
    }

    private static void Train(Trainer trainer, RunFolder folder, Action<TrainingReport> report, CancellationToken cancellation)
    {
        while (!trainer.IsComplete)
        {
            cancellation.ThrowIfCancellationRequested();
            var update = trainer.RunUpdate();
            folder.WriteProgress(update);
            report(update);
        }
    }

    private static EvaluationResult Evaluate(
        EnvironmentSource source, string envId, MakeOptions options, Agent agent, int episodes, Seed seed, CancellationToken cancellation)
    {
        using var env = source.MakeVec(envId, 1, options);
        return Evaluator.Run(agent, env, episodes, EvalCommand.EvaluationSeed(seed), cancellation);
    }

    private static void Report(CliOutput output, Summary summary)
    {
        if (output.IsJson)
        {
            CliOutput.WriteJson(EvalCommand.ToJson(summary));
            return;
        }

        output.Line(string.Create(
            CultureInfo.InvariantCulture, $"Trained {summary.TotalTimesteps} timesteps in {summary.Seconds:F1} s ({summary.StepsPerSecond:F0} steps/s)"));
        if (summary.Evaluation is { } evaluation)
        {
            output.Line(EvalCommand.Describe(evaluation));
        }

        output.Line($"Digest of the weights: {summary.Digest}");
        output.Line($"Saved to {summary.RunFolder}");
        output.Line($"Next: gymbridge eval {summary.RunFolder}");
    }
}
