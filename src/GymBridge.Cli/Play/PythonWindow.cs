using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GymBridge.Client.Installation;
using GymBridge.Seeding;

namespace GymBridge.Cli.Play;

/// <summary>A window of Gymnasium's, in a Python process: <c>python -m gymbridge.play</c>.</summary>
internal sealed class PythonWindow
{
    private const int NoWindow = 3;

    /// <summary>Keyword arguments of the environment.</summary>
    public Info Kwargs { get; init; } = Info.Empty;

    /// <summary>Frames a second; null for the environment's.</summary>
    public double? FramesPerSecond { get; init; }

    /// <summary>How many times as large; null for as large as the frame.</summary>
    public double? Zoom { get; init; }

    /// <summary>Seed of the first episode; null draws one.</summary>
    public Seed? Seed { get; init; }

    /// <summary>After how many episodes it closes; null for no such end.</summary>
    public int? Episodes { get; init; }

    /// <summary>Whether the environment waits for a key at every step.</summary>
    public bool WaitsForKeys { get; init; }

    /// <summary>Whether actions and rewards of each episode are told.</summary>
    public bool TellsSteps { get; init; }

    /// <summary>A server that holds the environment; null for one that Python or the C# registry makes.</summary>
    public string? Address { get; init; }

    /// <summary>Plays until the window is closed.</summary>
    /// <param name="id">The environment.</param>
    /// <param name="keys">Its keys.</param>
    /// <param name="areGiven">Whether somebody named the keys; if not, the environment's own ones come first.</param>
    /// <param name="onEpisode">Told of each episode.</param>
    /// <param name="cancellation">Closes the window.</param>
    /// <returns>Null; or why there is no window on this machine.</returns>
    /// <exception cref="GymBridgeException">The environment failed.</exception>
    public string? Play(EnvId id, KeyMap keys, bool areGiven, Action<PlayedEpisode> onEpisode, CancellationToken cancellation)
    {
        string interpreter;
        try
        {
            interpreter = InterpreterLocator.Find(null);
        }
        catch (PythonNotFoundException exception)
        {
            return exception.Message;
        }

        using var process = Start(interpreter, Arguments(id, keys, areGiven));
        using var kill = cancellation.Register(() => process.Kill(entireProcessTree: true));
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (Episode(line) is { } episode)
            {
                onEpisode(episode);
            }
        }

        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        var said = errors.GetAwaiter().GetResult().Trim();
        return process.ExitCode switch
        {
            0 => null,
            NoWindow => said,
            _ => throw new GymBridgeException($"'{id}' cannot be played in a window: {said}"),
        };
    }

    // What an environment prints beside its episodes is no matter of ours.
    private static PlayedEpisode? Episode(string line)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject episode && episode["length"] is not null ? PlayedGame.Read(episode) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Process Start(string interpreter, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(interpreter, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["PYTHONUNBUFFERED"] = "1";
        start.Environment["PYGAME_HIDE_SUPPORT_PROMPT"] = "1";
        if (Address is not null)
        {
            start.Environment["GYMBRIDGE_ADDRESS"] = Address;
        }
        else
        {
            // This very command, and no other version that may be installed beside.
            start.Environment.Remove("GYMBRIDGE_ADDRESS");
            var runtime = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
            start.Environment["GYMBRIDGE_SERVER"] = $"'{runtime}' '{typeof(PythonWindow).Assembly.Location}'";
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw InterpreterLocator.CannotStart(interpreter, exception);
        }
    }

    private List<string> Arguments(EnvId id, KeyMap keys, bool areGiven)
    {
        List<string> arguments =
        [
            "-m", "gymbridge.play", id.ToString(),
            "--kwargs", Json(Kwargs.ToDictionary(item => item.Key, item => item.Value)),
            areGiven ? "--keys" : "--usual-keys", Json(keys.Actions.SelectMany(pair => WithArrow(keys, pair)).ToList()),
            "--noop", Json(keys.ToJsonable(keys.Idle)),
        ];
        if (Address is not null || id.Module is null)
        {
            arguments.Add("--bridged");
        }

        if (WaitsForKeys)
        {
            arguments.Add("--wait");
        }

        if (TellsSteps)
        {
            arguments.Add("--steps");
        }

        Add(arguments, "--fps", FramesPerSecond);
        Add(arguments, "--zoom", Zoom);
        Add(arguments, "--episodes", Episodes);
        if (Seed is { } seed)
        {
            arguments.AddRange(["--seed", seed.ToString()]);
        }

        return arguments;
    }

    private static IEnumerable<object?[]> WithArrow(KeyMap keys, (string Keys, object Action) pair)
    {
        yield return [pair.Keys, keys.ToJsonable(pair.Action)];
        if (KeyName.ArrowOf(pair.Keys) is { } arrow && keys.Actions.All(other => other.Keys != arrow))
        {
            yield return [arrow, keys.ToJsonable(pair.Action)];
        }
    }

    private static string Json(object? value) => JsonSerializer.Serialize(value);

    private static void Add(List<string> arguments, string name, double? value)
    {
        if (value is { } number)
        {
            arguments.AddRange([name, number.ToString(CultureInfo.InvariantCulture)]);
        }
    }
}
