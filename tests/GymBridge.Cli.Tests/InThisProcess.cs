namespace GymBridge.Cli.Tests;

/// <summary>Tests that run the command in this process, many times in the time of one start: one at a time, because there is one console.</summary>
[CollectionDefinition(Name)]
public sealed class InThisProcess
{
    public const string Name = nameof(InThisProcess);

    /// <summary>Runs the command as its program does.</summary>
    internal static async Task<Cli.Result> RunAsync(IEnumerable<string> arguments, CancellationToken cancellation = default)
    {
        var (previousOut, previousError) = (Console.Out, Console.Error);
        using var output = new StringWriter();
        using var error = new StringWriter();
        try
        {
            Console.SetOut(output);
            Console.SetError(error);
            var exitCode = await GymBridgeCommand.RunAsync([.. arguments], cancellation);
            return new Cli.Result(exitCode, output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetOut(previousOut);
            Console.SetError(previousError);
        }
    }

    internal static Task<Cli.Result> RunAsync(params string[] arguments) => RunAsync(arguments.AsEnumerable());
}
