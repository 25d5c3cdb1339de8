using System.Diagnostics;

namespace GymBridge.Packaging.Tests.Support;

/// <summary>Runs a program; it has to end well.</summary>
internal static class Command
{
    // Far above what any step needs; one that reaches it hangs, which is a failure.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <returns>What it wrote on stdout.</returns>
    public static async Task<string> RunAsync(string folder, IReadOnlyDictionary<string, string?> environment, string program, params string[] arguments)
    {
        var (exitCode, output, error) = await TryAsync(folder, environment, program, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)}: exit code {exitCode}\n{output}\n{error}");
        return output;
    }

    /// <returns>How it ended, and what it wrote.</returns>
    public static async Task<(int ExitCode, string Output, string Error)> TryAsync(
        string folder, IReadOnlyDictionary<string, string?> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Limit);
            return (process.ExitCode, await output.WaitAsync(Limit), await error.WaitAsync(Limit));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Limit}.");
        }
    }
}
