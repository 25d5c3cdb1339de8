using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GymBridge.Cli.Options;
using Spectre.Console;

namespace GymBridge.Cli.Output;

/// <summary>Where a verb writes: people's text through a console that knows colours, or one JSON object on stdout.</summary>
internal sealed class CliOutput
{
    private const int Narrowest = 40;

    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private CliOutput(bool isJson, IAnsiConsole console, bool isLive)
    {
        IsJson = isJson;
        Console = console;
        IsLive = isLive;
    }

    /// <summary>Whether stdout takes JSON and nothing else.</summary>
    public bool IsJson { get; }

    /// <summary>Whether a display may redraw itself: a terminal that is not redirected, outside CI.</summary>
    public bool IsLive { get; }

    /// <summary>Whether colours are shown: on a terminal, unless NO_COLOR or --no-color asks for none.</summary>
    public bool HasColours => Console.Profile.Capabilities is { Ansi: true, ColorSystem: not ColorSystem.NoColors };

    /// <summary>The console for people: stdout, or stderr where stdout takes JSON.</summary>
    public IAnsiConsole Console { get; }

    public static CliOutput From(ParseResult parsed)
    {
        var isJson = parsed.GetValue(GlobalOptions.Json);
        var isRedirected = isJson ? System.Console.IsErrorRedirected : System.Console.IsOutputRedirected;
        var isPlain = parsed.GetValue(GlobalOptions.NoColor) || isRedirected || IsSet("NO_COLOR");
        var isLive = !isRedirected && !IsSet("CI");
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(isJson ? System.Console.Error : System.Console.Out),
            ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = isLive ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (isRedirected)
        {
            // A pipe has no width: lines must not be folded at 80 columns.
            console.Profile.Width = 1000;
        }

        // Tables have no room for their text in a narrower terminal, and drop it; the terminal folds the lines instead.
        var isNarrow = console.Profile.Width < Narrowest;
        if (isNarrow)
        {
            console.Profile.Width = Narrowest;
        }

        return new CliOutput(isJson, console, isLive && !isNarrow && console.Profile.Capabilities.Ansi);
    }

    /// <summary>A line for people.</summary>
    public void Line(string text) => Console.WriteLine(text);

    /// <summary>The one JSON value of this invocation.</summary>
    public static void WriteJson(JsonNode value) => System.Console.Out.WriteLine(value.ToJsonString(JsonOptions));

    /// <summary>A JSON number, or null for what JSON cannot say (NaN, infinity).</summary>
    public static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
