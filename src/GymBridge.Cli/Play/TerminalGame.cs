using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GymBridge.Cli.Output;
using GymBridge.Seeding;
using GymBridge.Shared;

namespace GymBridge.Cli.Play;

/// <summary>An episode after the other in a terminal. What is drawn as text waits for a key at every step; pictures run at their speed,
/// unless the keys are a script.</summary>
internal sealed class TerminalGame(Env env, KeyMap keys, IPlayer player, CliOutput output)
{
    private const string Quit = "q";
    private const string Help = "?";
    private const string TextMode = "ansi";

    // Lines below the picture: what happened, and the keys.
    private const int LinesBelow = 3;

    private readonly HashSet<string> _unknown = [];
    private object? _last;
    private bool _toldMarks;

    /// <summary>Frames a second; 0 waits for a key at every step.</summary>
    public double FramesPerSecond { get; init; }

    /// <summary>Told of each episode, with its actions and rewards.</summary>
    public required Action<PlayedEpisode> OnEpisode { get; init; }

    /// <summary>Plays until the player leaves.</summary>
    /// <param name="seed">Of the first episode; null draws one.</param>
    /// <param name="episodes">After how many episodes it ends; null for no such end.</param>
    /// <param name="cancellation">Ends the game.</param>
    public void Play(Seed? seed, int? episodes, CancellationToken cancellation)
    {
        var played = 0;
        output.Line($"Keys: {keys}   q ends, ? tells the keys");
        for (var isOver = false; !isOver && (episodes is null || played < episodes); seed = null)
        {
            env.ResetObject(seed);
            _last = keys.Noop;
            Show(null);
            var (actions, rewards) = (new List<JsonNode>(), new List<double>());
            var (total, steps, ended) = (0.0, 0, false);
            while (!ended && !isOver)
            {
                if (NextAction(cancellation) is not { } action)
                {
                    isOver = true;
                    break;
                }

                var step = env.StepObject(action);
                actions.Add(JsonSerializer.SerializeToNode(keys.ToJsonable(action))!);
                rewards.Add(step.Reward);
                total += step.Reward;
                steps++;
                ended = step.Terminated || step.Truncated;
                Show(string.Create(CultureInfo.InvariantCulture, $"step {steps}: reward {step.Reward:G6}, return {total:G6}{(step.Terminated ? ", terminated" : step.Truncated ? ", truncated" : string.Empty)}"));
            }

            if (steps > 0)
            {
                OnEpisode(Tell(output, new PlayedEpisode(total, steps, ended) { Actions = actions, Rewards = rewards }, ++played));
            }
        }
    }

    /// <summary>Tells people of an episode, and returns it.</summary>
    public static PlayedEpisode Tell(CliOutput output, PlayedEpisode episode, int number)
    {
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"Episode {number}: return {episode.Return:G6}, {Plural.Of(episode.Steps, "step")}{(episode.IsComplete ? string.Empty : ", left before its end")}"));
        return episode;
    }

    private object? NextAction(CancellationToken cancellation)
    {
        var passes = FramesPerSecond > 0 && player.IsPerson;
        while (true)
        {
            var key = passes ? player.Within(TimeSpan.FromSeconds(1 / FramesPerSecond), cancellation) : player.Next(cancellation);
            if (key is null)
            {
                if (!passes)
                {
                    return null;
                }

                if ((keys.Noop ?? _last) is { } still)
                {
                    return still;
                }

                continue; // Every action does something, and none was chosen yet: the episode waits for the first.
            }

            if (keys.ActionOf(key) is { } action)
            {
                _last = action;
                return action;
            }

            if (key is Quit or KeyName.Escape)
            {
                return null;
            }

            if (key == Help || _unknown.Add(key))
            {
                output.Line($"{(key == Help ? string.Empty : $"Key '{key}' does nothing. ")}Keys: {keys}   q ends");
            }
        }
    }

    private void Show(string? what)
    {
        if (env.RenderMode is { } mode)
        {
            Draw(mode, env.Render());
        }

        if (what is not null)
        {
            output.Line(what);
        }
    }

    private void Draw(string mode, object? drawn)
    {
        switch (drawn)
        {
            case string text when mode == TextMode:
                output.Line(Readable(text.TrimEnd('\n')));
                break;
            case NDArray frame when mode != TextMode && TerminalPicture.Takes(frame):
                if (output.IsLive)
                {
                    // Home, the picture over the last one, and the rest of the screen cleared.
                    Console.Out.Write($"\u001b[H{TerminalPicture.Draw(frame, Console.WindowWidth, Console.WindowHeight - LinesBelow, output.HasColours)}\u001b[J");
                }

                break;
            default:
                var found = drawn switch
                {
                    null => "nothing",
                    NDArray array => $"{array.DType.Name()} of shape {NDArray.ShapeText(array.Shape.AsSpan())}",
                    string => "text",
                    _ => drawn.GetType().Name,
                };
                throw new GymBridgeException(
                    $"'{env.Spec?.Id ?? env.ToString()}' cannot be shown: in render mode '{mode}' its render has to return {(mode == TextMode ? "text" : "a uint8 array of shape (height, width, 3)")}, got {found}.");
        }
    }

    private string Readable(string text)
    {
        if (output.HasColours || !PlainText.IsColoured(text))
        {
            return text;
        }

        if (!_toldMarks)
        {
            output.Line(PlainText.Legend);
            _toldMarks = true;
        }

        return PlainText.Of(text);
    }
}
