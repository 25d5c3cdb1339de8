using System.CommandLine;

namespace GymBridge.Cli.Commands;

/// <summary>How a verb's work is started.</summary>
internal static class CommandActions
{
    /// <summary>Sets the work of a verb, to run on a thread of its own.</summary>
    public static void SetWork(this Command command, Func<ParseResult, CancellationToken, int> work) =>
        command.SetAction((parsed, cancellation) => Task.Run(() => work(parsed, cancellation), CancellationToken.None));

    /// <summary>Sets the asynchronous work of a verb, to run on a thread of its own.</summary>
    public static void SetWork(this Command command, Func<ParseResult, CancellationToken, Task<int>> work) =>
        command.SetAction((parsed, cancellation) => Task.Run(() => work(parsed, cancellation), CancellationToken.None));
}
