using System.Diagnostics;

namespace GymBridge.Tests.RunAll;

/// <summary>Runs the tools of the test run with their output passed through, or kept for later.</summary>
internal static class Processes
{
    /// <param name="folder">Where it runs.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="log">What keeps its output; null passes it through.</param>
    /// <param name="variables">Environment variables of this run.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string folder, string program, IReadOnlyList<string> arguments, Action<string>? log = null, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = log is not null,
            RedirectStandardError = log is not null,
        };

        // A build server that outlives the run would keep the caller's pipes open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        if (log is not null)
        {
            process.OutputDataReceived += (_, line) => log(line.Data ?? string.Empty);
            process.ErrorDataReceived += (_, line) => log(line.Data ?? string.Empty);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
