using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using GymBridge.Agents;
using GymBridge.Agents.Evaluation;
using GymBridge.Agents.Reproducibility;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Cli.Runs;
using GymBridge.Seeding;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge eval RUN</c>: runs a saved agent greedily and reports its returns.</summary>
internal static class EvalCommand
{
    private static readonly Argument<string> Run = new("RUN") { Description = "Run folder that train printed, or 'latest'.", DefaultValueFactory = _ => "latest" };

    private static readonly Option<string?> Env = new("--env") { Description = "Another environment id than the one trained on." };

    private static readonly Option<int> Episodes = new("--n-eval-episodes", "--eval-episodes")
    {
        Description = "Episodes.",
        DefaultValueFactory = _ => 20,
    };

    private static readonly Option<Seed?> Seed = SeedOption.CreateOptional(
        "--seed", "Seed of the first episode; by default the one that train evaluates with.");

    private static readonly Option<string> LogFolder = new("--logdir") { Description = "Folder where 'latest' is looked for.", DefaultValueFactory = _ => "runs" };

    private static readonly Option<double?> MinReward = new("--min-reward") { Description = "Exit 1 if the mean return is below this." };

    public static Command Create()
    {
        var command = new Command("eval", "Evaluate a trained agent.") { Run, Env, Episodes, Seed, LogFolder, MinReward, GlobalOptions.Address };
        command.SetWork(Evaluate);
        return command;
    }

    /// <summary>The seed of evaluation after a run: far from those of the training lanes.</summary>
    public static Seed EvaluationSeed(Seed seed) => (seed.ToBigInteger() << 32) + 3;

    public static JsonObject ToJson(Summary summary) => new()
    {
        ["env_id"] = summary.EnvId,
        ["algo"] = summary.Algorithm,
        ["seed"] = SeedJson(summary.Seed),
        ["total_timesteps"] = summary.TotalTimesteps,
        ["seconds"] = summary.Seconds,
        ["steps_per_second"] = CliOutput.Number(summary.StepsPerSecond),
        ["eval_mean_return"] = CliOutput.Number(summary.Evaluation?.MeanReturn ?? double.NaN),
        ["eval_std_return"] = CliOutput.Number(summary.Evaluation?.StandardDeviation ?? double.NaN),
        ["eval_episodes"] = summary.Evaluation?.Returns.Count ?? 0,
        ["run_folder"] = summary.RunFolder,
        ["digest"] = summary.Digest,
    };

    public static string Describe(EvaluationResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"Evaluation over {result.Returns.Count} episodes: mean return {result.MeanReturn:F1} +/- {result.StandardDeviation:F1} (min {result.Returns.Min():F1}, max {result.Returns.Max():F1})");

    // JSON numbers lose digits beyond 2^53 in most readers; larger seeds travel as text.
    private static JsonNode SeedJson(Seed seed) => seed.ToBigInteger() <= (BigInteger.One << 53) ? (long)seed.ToBigInteger() : seed.ToString();

    private static int Evaluate(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        var time = TimeProvider.System;
        var (folder, config) = RunFolder.Open(parsed.GetValue(Run)!, parsed.GetValue(LogFolder)!);
        using var open = folder;
        var envId = parsed.GetValue(Env) ?? config.EnvId;
        var algorithm = AlgorithmCatalog.Get(config.Algorithm);
        var trainedSeed = GymBridge.Seeding.Seed.Parse(config.Seed);
        var source = EnvironmentSource.Create(parsed, output);
        var options = new MakeOptions { AutoresetMode = AutoresetMode.SameStep, Kwargs = EnvironmentKwargs.Read(config.EnvKwargs) };
        using var env = source.MakeVec(envId, 1, options);
        using var agent = algorithm.CreateAgent(
            env.SingleObservationSpace, env.SingleActionSpace, AlgorithmFlags.FromJson(algorithm, config.Options));
        folder.LoadAgent(agent);
        var start = time.GetTimestamp();
        var result = Evaluator.Run(agent, env, parsed.GetValue(Episodes), parsed.GetValue(Seed) ?? EvaluationSeed(trainedSeed), cancellation);
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        var summary = new Summary(
            envId, algorithm.Name, trainedSeed, config.TotalTimesteps, result.Lengths.Sum() / seconds, seconds, result, folder.Path, UpdateDigest.OfWeights(agent));
        if (output.IsJson)
        {
            CliOutput.WriteJson(ToJson(summary));
        }
        else
        {
            output.Line($"{algorithm.Name} of {folder.Path} on {envId}");
            output.Line(Describe(result));
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
