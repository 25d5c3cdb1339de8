using System.CommandLine;

namespace GymBridge.Cli.Options;

/// <summary>Options that every verb understands.</summary>
internal static class GlobalOptions
{
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON object on stdout and nothing else there; people read stderr.",
        Recursive = true,
    };

    public static Option<bool> NoColor { get; } = new("--no-color")
    {
        Description = "Plain text without colours; also with the environment variable NO_COLOR.",
        Recursive = true,
    };

    public static Option<bool> Traceback { get; } = new("--traceback")
    {
        Description = "After an error also print the stack traces of both sides.",
        Recursive = true,
    };

    public static void AddTo(Command command)
    {
        command.Add(Json);
        command.Add(NoColor);
        command.Add(Traceback);
    }
}
