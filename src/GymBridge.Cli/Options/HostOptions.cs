using System.CommandLine;
using GymBridge.Cli.Errors;
using GymBridge.Client.Hosting;

namespace GymBridge.Cli.Options;

/// <summary>Options of the verbs that step many lanes of a Python environment: how many processes host them.</summary>
internal static class HostOptions
{
    private const int Most = 256;

    private static readonly Option<int?> Processes = new("--host-processes")
    {
        Description = "Processes that the lanes of a Python environment are spread over; by default one for four lanes, at most one for each processor (one less for Gymnasium's quickest, such as CartPole). Results do not depend on it.",
        HelpName = "N",
    };

    public static void AddTo(Command command) => OptionGroup.Add(command, "Processes of a Python host", Processes);

    /// <exception cref="UsageException">A number of processes was given, and none hosts the environments.</exception>
    public static void CheckUsed(ParseResult parsed, bool isHosted, IReadOnlyList<string> ids)
    {
        if (!isHosted && parsed.IsGiven(Processes))
        {
            throw new UsageException(
                $"{Processes.Name} is the number of Python processes that host an environment, and none hosts {string.Join(" or ", ids.Select(id => $"'{id}'"))} here; leave it out.");
        }
    }

    /// <summary>Warns where more processes were asked for than there are lanes.</summary>
    public static void Compare(PythonHostOptions host, int lanes)
    {
        if (host.Processes > lanes)
        {
            GymWarnings.Warn($"{Processes.Name} {host.Processes} is more than there are lanes: {lanes}, and no process hosts less than one.");
        }
    }

    /// <exception cref="UsageException">The number is out of range.</exception>
    public static PythonHostOptions Read(ParseResult parsed)
    {
        var processes = parsed.GetValue(Processes);
        return processes is null or (>= 1 and <= Most)
            ? new PythonHostOptions { Processes = processes }
            : throw new UsageException($"{Processes.Name} must be between 1 and {Most}, got {processes}.");
    }
}
