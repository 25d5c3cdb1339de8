using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using GymBridge.Agents;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Cli.Play;
using GymBridge.Cli.Runs;
using GymBridge.Seeding;
using GymBridge.Shared;
using GymBridge.Training.Recording;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge record RUN|ENV|GAME</c>: films episodes of a trained policy, of random actions, or that somebody played.</summary>
internal static class RecordCommand
{
    private const double UsualFramesPerSecond = 30;

    private static readonly Argument<string> What = new("RUN|ENV|GAME") { Description = "Run folder, 'latest', an environment id for random actions, or a game.json of 'gymbridge play --save'.", DefaultValueFactory = _ => RunFolder.Latest };

    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "out.gif, out.mp4 (needs ffmpeg), or a folder for single frames; by default videos/rl-video.gif in the run folder.",
        HelpName = "FILE",
    };

    private static readonly Option<int> Episodes = new("--episodes") { Description = "Episodes; each has its own file. Of a game all of its own.", DefaultValueFactory = _ => 1 };

    private static readonly Option<int> Length = new("--video-length") { Description = "Most frames of an episode.", DefaultValueFactory = _ => 1000 };

    private static readonly Option<double?> FramesPerSecond = new("--fps") { Description = "Frames a second; by default the environment's." };

    private static readonly Option<string> Prefix = new("--name-prefix") { Description = "Beginning of the names in a folder.", DefaultValueFactory = _ => VideoFile.DefaultPrefix };

    private static readonly Option<Seed> EpisodeSeed = SeedOption.Create("--seed", 0, "Seed of the first episode.");

    private static readonly Option<bool> Stochastic = new("--stochastic") { Description = "Draw actions instead of taking the most probable ones." };

    private static readonly Option<string> LogFolder = new("--logdir") { Description = "Folder where 'latest' is looked for.", DefaultValueFactory = _ => RunFolder.DefaultLogFolder };

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
        if (episodes < 1 || length < 1 || parsed.GetValue(FramesPerSecond) is { } and not (> 0 and <= double.MaxValue))
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"A recording needs at least one episode, one frame and a positive speed, got --episodes {episodes}, --video-length {length}{(parsed.GetValue(FramesPerSecond) is { } given ? $", --fps {given}" : string.Empty)}."));
        }

        if (parsed.GetValue(Output) is { } film)
        {
            OptionErrors.Read(() => VideoFile.Check(film));
        }

        var what = parsed.GetRequiredValue(What);
        if (PlayedGame.IsAt(what))
        {
            return Replay(parsed, PlayedGame.Load(what), length, output, cancellation);
        }

        var run = Directory.Exists(what) || what == RunFolder.Latest
            ? RunFolder.Open(what, parsed.GetRequiredValue(LogFolder))
            : default((RunFolder Folder, RunConfig Config)?);
        using var policy = run is { } trained ? Policy.Load(trained.Folder.Newest()) : null;
        var kwargs = EnvironmentKwargs.Read([.. run?.Config.EnvKwargs ?? [], .. parsed.GetValue(Kwargs) ?? []]);
        var envId = run?.Config.EnvId ?? what;
        using var env = EnvironmentSource.Create(parsed, output, envId).Make(envId, new MakeOptions { RenderMode = "rgb_array", Kwargs = kwargs });
        var path = parsed.GetValue(Output) ?? Path.Combine(run?.Folder.Path ?? ".", "videos", VideoFile.DefaultPrefix + ".gif");
        var speed = SpeedOf(parsed, env);

        var seed = parsed.GetRequiredValue(EpisodeSeed);
        policy?.Reseed(seed);
        env.ActionSpace.Seed(seed);
        var files = new JsonArray();
        using var keeping = Interruption.TakesTime();
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
            files.Add(Tell(output, VideoFile.PathOf(path, episode, episodes), result.Frames, result.Return, result.IsComplete ? string.Empty : ", cut at --video-length"));
        }

        if (output.IsJson)
        {
            CliOutput.WriteJson(files);
        }

        return 0;
    }

    /// <summary>Films what somebody played: the same seed and the same actions make the same episodes.</summary>
    private static int Replay(ParseResult parsed, PlayedGame game, int length, CliOutput output, CancellationToken cancellation)
    {
        if (parsed.GetValue(Stochastic) || parsed.GetResult(EpisodeSeed) is { Implicit: false } || parsed.GetValue(Kwargs) is { Length: > 0 })
        {
            throw new UsageException("A game is filmed as it was played: leave out --seed, --stochastic and --env-kwargs.");
        }

        var most = parsed.GetResult(Episodes) is { Implicit: false } ? parsed.GetRequiredValue(Episodes) : int.MaxValue;
        var episodes = Math.Min(game.Episodes.Count, most);
        var options = new MakeOptions { RenderMode = "rgb_array", Kwargs = EnvironmentKwargs.Read(game.EnvKwargs) };
        using var env = EnvironmentSource.Create(parsed, output, game.EnvId).Make(game.EnvId, options);
        var path = parsed.GetValue(Output) ?? Path.Combine("videos", VideoFile.DefaultPrefix + ".gif");
        var speed = SpeedOf(parsed, env);
        var files = new JsonArray();
        using var keeping = Interruption.TakesTime();
        for (var episode = 0; episode < episodes; episode++)
        {
            var played = game.Episodes[episode];
            var actions = new Queue<object>(played.Actions.Select(action => PlayedGame.ActionOf(action, env.ActionSpace)));
            using var video = VideoFile.Create(path, episode, episodes, speed, parsed.GetRequiredValue(Prefix));
            var (frames, total, _) = EpisodeRecorder.Record(
                env, video, _ => actions.Dequeue(), episode == 0 ? game.Seed : null, Math.Min(length, played.Steps + 1), cancellation);
            var cut = actions.Count > 0 ? ", cut at --video-length" : string.Empty;
            while (actions.TryDequeue(out var action))
            {
                // The next episode begins where this one has left the generator.
                total += env.StepObject(action).Reward;
            }

            if (total != played.Return)
            {
                throw new GymBridgeException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Episode {episode + 1} of '{game.EnvId}' is not the one that was played: its return is {total:G9}, and was {played.Return:G9}. Is the environment of another version?"));
            }

            files.Add(Tell(output, VideoFile.PathOf(path, episode, episodes), frames, total, cut));
        }

        if (output.IsJson)
        {
            CliOutput.WriteJson(files);
        }

        return 0;
    }

    private static double SpeedOf(ParseResult parsed, Env env)
    {
        if (parsed.GetValue(FramesPerSecond) is { } given)
        {
            return given;
        }

        var fps = env.Metadata.RenderFps ?? UsualFramesPerSecond;
        return fps is > 0 and <= double.MaxValue ? fps : throw new GymBridgeException(string.Create(
            CultureInfo.InvariantCulture, $"{env} is drawn {fps} times a second by its metadata (render_fps), which is no speed of a film; give one with {FramesPerSecond.Name}."));
    }

    private static JsonObject Tell(CliOutput output, string file, int frames, double total, string cut)
    {
        output.Line(string.Create(CultureInfo.InvariantCulture, $"Wrote {file}: {Plural.Of(frames, "frame")}, return {total:G6}{cut}"));
        return new JsonObject { ["file"] = file, ["frames"] = frames, ["return"] = CliOutput.Number(total) };
    }
}
