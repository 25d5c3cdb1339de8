using System.CommandLine;
using GymBridge.Client.Hosting;

namespace GymBridge.Cli.Options;

/// <summary>Options of the verbs that step many lanes of a Python environment: how many processes host them.</summary>
internal static class HostOptions
{
    private const int Most = 256;

    private static readonly Option<int?> Processes = new("--host-processes")
    {
        Description = "Processes that the lanes of a Python environment are spread over; by default one for four lanes, at most one for each processor. Results do not depend on it.",
        HelpName = "N",
    };

    public static void AddTo(Command command) => command.Add(Processes);

    /// <exception cref="ArgumentException">The number is out of range.</exception>
    public static PythonHostOptions Read(ParseResult parsed)
    {
        var processes = parsed.GetValue(Processes);
        return processes is null or (>= 1 and <= Most)
            ? new PythonHostOptions { Processes = processes }
            : throw new ArgumentException($"{Processes.Name} must be between 1 and {Most}, got {processes}.");
    }
}
