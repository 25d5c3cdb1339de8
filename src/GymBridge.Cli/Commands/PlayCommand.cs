using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Cli.Play;
using GymBridge.Seeding;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge play ENV</c>: somebody plays at the keyboard, in a window or in the terminal.</summary>
internal static class PlayCommand
{
    private const string Ansi = "ansi";
    private const string Picture = "rgb_array";
    private const double UsualFramesPerSecond = 30;
    private const double MostFramesPerSecond = 1000;
    private const double MostZoom = 100;

    private static readonly Argument<string> Env = new("ENV") { Description = "Environment id: C# or module:id." };

    private static readonly Option<string> View = new("--view")
    {
        Description = "Where: window (Gymnasium's, through Python and pygame), terminal, or auto: the terminal for what is drawn as text and where stdin is no terminal, else a window where one can be opened.",
        DefaultValueFactory = _ => "auto",
    };

    private static readonly Option<string[]> Keys = new("--keys")
    {
        Description = "Keys with their actions, as a=0 d=1 left=0 or 'a+w=[-1, 0.7, 0]' for two keys at a time; by default the environment's own, or the usual ones, which ? shows.",
        HelpName = "KEY=ACTION",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Noop = new("--noop")
    {
        Description = "The action while no key is pressed; by default the environment's idle one, where it has none the last one in a terminal and 0 in a window.",
        HelpName = "ACTION",
    };

    private static readonly Option<double?> FramesPerSecond = new("--fps") { Description = "Steps a second; by default the environment's. 0 waits for a key at every step, as environments do that are drawn as text." };

    private static readonly Option<double?> Zoom = new("--zoom") { Description = "How many times as large the window is." };

    private static readonly Option<int?> Episodes = new("--episodes") { Description = "Ends after so many; by default when you leave: q or Escape, in a window Escape." };

    private static readonly Option<Seed?> FirstSeed = SeedOption.CreateOptional("--seed", "Seed of the first episode; by default another one each time.");

    private static readonly Option<string?> Save = new("--save")
    {
        Description = "File for what was played: seed, actions and rewards as JSON, with which 'gymbridge record' films the same episodes.",
        HelpName = "GAME.json",
    };

    private static readonly Option<string[]> Kwargs = EnvironmentKwargs.Create();

    public static Command Create()
    {
        var command = new Command("play", "Play an environment at the keyboard, in a window or in the terminal; keys can come from a pipe.")
        {
            Env, View, Keys, Noop, FramesPerSecond, Zoom, Episodes, FirstSeed, Save, Kwargs,
        };
        View.AcceptOnlyFromAmong("auto", "window", "terminal");
        ServerOptions.AddTo(command);
        command.SetWork(Play);
        return command;
    }

    private static int Play(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        if (parsed.GetValue(FramesPerSecond) is not (null or (>= 0 and <= MostFramesPerSecond))
            || parsed.GetValue(Zoom) is not (null or (> 0 and <= MostZoom))
            || parsed.GetValue(Episodes) is < 1)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"A game needs --fps from 0 to {MostFramesPerSecond}, a --zoom above 0 and up to {MostZoom}, and at least one of --episodes, got --fps {parsed.GetValue(FramesPerSecond)}, --zoom {parsed.GetValue(Zoom)}, --episodes {parsed.GetValue(Episodes)}."));
        }

        var id = parsed.GetRequiredValue(Env);
        var file = parsed.GetValue(Save);
        if (file is not null)
        {
            PlayedGame.CheckPath(file);
        }

        // A game that is kept has a seed that can be told; ALE takes 31 bits.
        var seed = parsed.GetValue(FirstSeed) ?? (file is null ? default(Seed?) : (ulong)RandomNumberGenerator.GetInt32(int.MaxValue));
        var source = EnvironmentSource.Create(parsed, output, id);
        var options = new MakeOptions { Kwargs = EnvironmentKwargs.Read(parsed.GetValue(Kwargs)) };

        // It stays open, so that the process behind it is the one that is played in.
        using var probe = source.Make(id, options);
        var keys = KeyMap.Of(EnvId.Parse(id), probe.ActionSpace, parsed.GetValue(Keys) ?? [], parsed.GetValue(Noop));
        var modes = probe.Metadata.RenderModes;
        var played = new List<PlayedEpisode>();
        if (WantsWindow(parsed, modes.Contains(Ansi)) && PlayInWindow(parsed, EnvId.Parse(id), keys, modes.Contains(Ansi), seed, Tell, output, cancellation))
        {
            return Finish(output, played);
        }

        var mode = modes.Contains(Ansi) ? Ansi : modes.Contains(Picture) ? Picture : null;
        if (mode is null)
        {
            output.Line($"'{id}' draws nothing; observations are not shown, rewards are.");
        }

        using var env = source.Make(id, options with { RenderMode = mode });
        IPlayer player = Console.IsInputRedirected ? new ScriptedPlayer(Console.In) : new KeyboardPlayer();
        var game = new TerminalGame(env, keys, player, output)
        {
            OnEpisode = Keep,
            FramesPerSecond = parsed.GetValue(FramesPerSecond) ?? (mode == Picture ? probe.Metadata.RenderFps ?? UsualFramesPerSecond : 0),
        };
        game.Play(seed, parsed.GetValue(Episodes), cancellation);
        return Finish(output, played);

        void Tell(PlayedEpisode episode) => Keep(TerminalGame.Tell(output, episode, played.Count + 1));

        // Written after each episode: whoever ends the game keeps what was played.
        void Keep(PlayedEpisode episode)
        {
            played.Add(episode);
            if (file is not null)
            {
                new PlayedGame(id, parsed.GetValue(Kwargs) ?? [], seed!.Value, played).Save(file);
            }
        }
    }

    private static bool WantsWindow(ParseResult parsed, bool isText) => parsed.GetValue(View) switch
    {
        "window" => true,
        "terminal" => false,
        _ => !isText && !Console.IsInputRedirected,
    };

    /// <summary>Plays in a window, if one can be opened.</summary>
    /// <exception cref="GymBridgeException">None can, and one was asked for.</exception>
    private static bool PlayInWindow(
        ParseResult parsed, EnvId id, KeyMap keys, bool isText, Seed? seed, Action<PlayedEpisode> onEpisode, CliOutput output, CancellationToken cancellation)
    {
        var fps = parsed.GetValue(FramesPerSecond);
        var window = new PythonWindow
        {
            Address = parsed.GetValue(ServerOptions.Address)?.ToString(),
            Kwargs = EnvironmentKwargs.Read(parsed.GetValue(Kwargs)),
            FramesPerSecond = fps is 0 ? null : fps,
            Zoom = parsed.GetValue(Zoom),
            Seed = seed,
            TellsSteps = parsed.GetValue(Save) is not null,
            Episodes = parsed.GetValue(Episodes),
            WaitsForKeys = fps is 0 || (fps is null && isText),
        };
        var areGiven = parsed.GetValue(Keys) is { Length: > 0 };
        output.Line($"Keys{(areGiven ? string.Empty : ", where the environment names none of its own")}: {keys}   Escape ends");
        var reason = window.Play(id, keys, areGiven, onEpisode, cancellation);
        if (reason is not null && parsed.GetValue(View) == "window")
        {
            throw new GymBridgeException($"No window: {reason.TrimEnd('.')}. Or play in the terminal: --view terminal.");
        }

        if (reason is not null)
        {
            output.Line($"In the terminal, as there is no window: {reason}");
        }

        return reason is null;
    }

    private static int Finish(CliOutput output, List<PlayedEpisode> played)
    {
        if (output.IsJson)
        {
            CliOutput.WriteJson(new JsonArray([.. played.Select(episode => episode.ToJson())]));
        }

        return 0;
    }
}
