using System.CommandLine;
using System.Globalization;
using GymBridge.Agents;
using GymBridge.Agents.Randomness;
using GymBridge.Agents.Reproducibility;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Cli.Runs;
using GymBridge.Seeding;
using GymBridge.Shared;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge eval RUN</c>: runs a saved policy and reports its returns.</summary>
internal static class EvalCommand
{
    private static readonly Argument<string> Run = new("RUN") { Description = "Run folder that train printed, or 'latest'.", DefaultValueFactory = _ => RunFolder.Latest };

    private static readonly Option<string?> Env = new("--env") { Description = "Another environment id than the one trained on." };

    private static readonly Option<int> Episodes = new("--n-eval-episodes", "--eval-episodes")
    {
        Description = "Episodes.",
        DefaultValueFactory = _ => 20,
    };

    private static readonly Option<bool> Deterministic = new("--deterministic")
    {
        Description = "Take the most probable actions (--deterministic false to draw them).",
        DefaultValueFactory = _ => true,
    };

    private static readonly Option<int> MaxEpisodeSteps = new("--max-episode-steps")
    {
        Description = "Steps after which an episode that does not end by itself is cut.",
        DefaultValueFactory = _ => Policy.DefaultMaxEpisodeSteps,
    };

    private static readonly Option<Seed?> EpisodeSeed = SeedOption.CreateOptional(
        "--seed", "Seed of the first episode; by default the one that train evaluates with.");

    private static readonly Option<string> LogFolder = new("--logdir") { Description = "Folder where 'latest' is looked for.", DefaultValueFactory = _ => RunFolder.DefaultLogFolder };

    private static readonly Option<double?> MinReward = new("--min-reward") { Description = "Exit 1 if the mean return is below this." };

    public static Command Create()
    {
        var command = new Command("eval", "Evaluate a trained policy.")
        {
            Run, Env, Episodes, Deterministic, MaxEpisodeSteps, EpisodeSeed, LogFolder, MinReward,
        };
        EngineOptions.AddTo(command);
        ServerOptions.AddTo(command);
        HostOptions.AddTo(command);
        command.SetWork(Evaluate);
        return command;
    }

    private static int Evaluate(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        var time = TimeProvider.System;
        var (folder, config) = RunFolder.Open(parsed.GetValue(Run)!, parsed.GetValue(LogFolder)!);
        var envId = parsed.GetValue(Env) ?? config.EnvId;
        var file = folder.Newest();
        var engine = EngineOptions.Choose(parsed, output.Line, config.Engine);
        var trained = Algorithm.Inspect(file);
        var source = EnvironmentSource.Create(parsed, output, envId);
        var options = VectorizationOption.MakeOptions(EnvironmentKwargs.Read(config.EnvKwargs), config.Vectorization);
        using var policy = Policy.Load(file);
        using var env = source.MakeVec(envId, 1, options);
        var start = time.GetTimestamp();
        var result = policy.Evaluate(
            env,
            parsed.GetValue(Episodes),
            parsed.GetValue(EpisodeSeed) ?? RandomStreams.SeedOf(trained.Seed, StreamPurpose.Evaluation),
            parsed.GetValue(Deterministic),
            parsed.GetValue(MaxEpisodeSteps),
            cancellation);
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        var summary = new Summary(
            envId,
            trained.Algorithm,
            trained.Seed,
            trained.Timesteps,
            result.Lengths.Sum() / seconds,
            seconds,
            result,
            folder.Path,
            UpdateDigest.OfWeights(policy));
        if (output.IsJson)
        {
            CliOutput.WriteJson(summary.ToJson());
        }
        else
        {
            output.Line($"{trained.Algorithm} of {file} ({Plural.Of(trained.Timesteps, "timestep")}) on {envId}, engine {engine}");
            output.Line(result.ToString());
            output.Line($"Digest of the weights: {summary.Digest}");
        }

        if (parsed.GetValue(MinReward) is { } minimum && result.MeanReturn < minimum)
        {
            throw new GymBridgeException(string.Create(
                CultureInfo.InvariantCulture, $"The mean return {result.MeanReturn} is below --min-reward {minimum}."));
        }

        return 0;
    }
}
