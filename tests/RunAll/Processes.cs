using System.Diagnostics;

namespace GymBridge.Tests.RunAll;

/// <summary>Runs the tools of the test run with their output passed through.</summary>
internal static class Processes
{
    public static async Task<int> RunAsync(string folder, string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, UseShellExecute = false };

        // A build server that outlives the run would keep the caller's pipes open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
