using System.Diagnostics;

namespace GymBridge.Pack;

/// <summary>Runs a tool with its output passed through.</summary>
internal static class Tool
{
    public static async Task<bool> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false };

        // A build server that outlives the run would keep the caller's pipes open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0;
    }
}
