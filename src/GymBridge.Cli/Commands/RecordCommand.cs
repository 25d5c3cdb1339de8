using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using GymBridge.Agents;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Cli.Runs;
using GymBridge.Seeding;
using GymBridge.Training.Recording;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge record RUN|ENV</c>: films episodes of a trained policy, or of random actions.</summary>
internal static class RecordCommand
{
    private static readonly Argument<string> What = new("RUN|ENV") { Description = "Run folder, 'latest', or an environment id for random actions.", DefaultValueFactory = _ => "latest" };

    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "out.gif, out.mp4 (needs ffmpeg), or a folder for single frames; by default videos/rl-video.gif in the run folder.",
        HelpName = "FILE",
    };

    private static readonly Option<int> Episodes = new("--episodes") { Description = "Episodes; each has its own file.", DefaultValueFactory = _ => 1 };

    private static readonly Option<int> Length = new("--video-length") { Description = "Most frames of an episode.", DefaultValueFactory = _ => 1000 };

    private static readonly Option<double?> FramesPerSecond = new("--fps") { Description = "Frames a second; by default the environment's." };

    private static readonly Option<string> Prefix = new("--name-prefix") { Description = "Beginning of the names in a folder.", DefaultValueFactory = _ => VideoFile.DefaultPrefix };

    private static readonly Option<Seed> EpisodeSeed = SeedOption.Create("--seed", 0, "Seed of the first episode.");

    private static readonly Option<bool> Stochastic = new("--stochastic") { Description = "Draw actions instead of taking the most probable ones." };

    private static readonly Option<string> LogFolder = new("--logdir") { Description = "Folder where 'latest' is looked for.", DefaultValueFactory = _ => "runs" };

    private static readonly Option<string[]> Kwargs = EnvironmentKwargs.Create();

    public static Command Create()
    {
        var command = new Command("record", "Film episodes as GIF, MP4 or single frames.")
        {
            What, Output, Episodes, Length, FramesPerSecond, Prefix, EpisodeSeed, Stochastic, LogFolder, Kwargs,
        };
        ServerOptions.AddTo(command);
        command.SetWork(Record);
        return command;
    }

    private static int Record(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        var (episodes, length) = (parsed.GetRequiredValue(Episodes), parsed.GetRequiredValue(Length));
        if (episodes < 1 || length < 1 || parsed.GetValue(FramesPerSecond) is <= 0)
        {
            throw new UsageException($"A recording needs at least one episode, one frame and a positive speed, got --episodes {episodes}, --video-length {length}, --fps {parsed.GetValue(FramesPerSecond)}.");
        }

        var what = parsed.GetRequiredValue(What);
        var run = Directory.Exists(what) || what == "latest" ? RunFolder.Open(what, parsed.GetRequiredValue(LogFolder)) : default((RunFolder Folder, RunConfig Config)?);
        using var policy = run is { } trained ? Policy.Load(trained.Folder.Newest()) : null;
        var kwargs = EnvironmentKwargs.Read([.. run?.Config.EnvKwargs ?? [], .. parsed.GetValue(Kwargs) ?? []]);
        var envId = run?.Config.EnvId ?? what;
        using var env = EnvironmentSource.Create(parsed, output, envId).Make(envId, new MakeOptions { RenderMode = "rgb_array", Kwargs = kwargs });
        var path = parsed.GetValue(Output) ?? Path.Combine(run?.Folder.Path ?? ".", "videos", VideoFile.DefaultPrefix + ".gif");
        var speed = parsed.GetValue(FramesPerSecond) ?? env.Metadata.RenderFps ?? 30;

        var seed = parsed.GetRequiredValue(EpisodeSeed);
        policy?.Reseed(seed);
        env.ActionSpace.Seed(seed);
        var files = new JsonArray();
        for (var episode = 0; episode < episodes; episode++)
        {
            policy?.StartEpisode();
            using var video = VideoFile.Create(path, episode, episodes, speed, parsed.GetRequiredValue(Prefix));
            var result = EpisodeRecorder.Record(
                env,
                video,
                observation => policy is null ? env.ActionSpace.Sample() : policy.Predict<object, object>(observation, !parsed.GetValue(Stochastic)),
                episode == 0 ? seed : null,
                length,
                cancellation);
            var file = VideoFile.PathOf(path, episode, episodes);
            files.Add(new JsonObject { ["file"] = file, ["frames"] = result.Frames, ["return"] = CliOutput.Number(result.Return) });
            output.Line(string.Create(CultureInfo.InvariantCulture, $"Wrote {file}: {result.Frames} frames, return {result.Return:G6}{(result.IsComplete ? string.Empty : ", cut at --video-length")}"));
        }

        if (output.IsJson)
        {
            CliOutput.WriteJson(files);
        }

        return 0;
    }
}
