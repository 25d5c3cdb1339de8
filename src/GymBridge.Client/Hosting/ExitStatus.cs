namespace GymBridge.Client.Hosting;

/// <summary>Words for how a process ended.</summary>
internal static class ExitStatus
{
    private const int SignalBase = 128;
    private const int LastSignal = 64;

    /// <summary>"exit code 3", or "signal 9 (SIGKILL)": .NET reports death by signal n as 128 + n.</summary>
    public static string Describe(int exitCode) => !OperatingSystem.IsWindows() && exitCode is > SignalBase and <= SignalBase + LastSignal
        ? $"signal {exitCode - SignalBase}{Name(exitCode - SignalBase)}"
        : $"exit code {exitCode}";

    private static string Name(int signal) => signal switch
    {
        2 => " (SIGINT)",
        4 => " (SIGILL)",
        6 => " (SIGABRT)",
        7 => " (SIGBUS)",
        8 => " (SIGFPE)",
        9 => " (SIGKILL)",
        11 => " (SIGSEGV)",
        15 => " (SIGTERM)",
        _ => string.Empty,
    };
}
