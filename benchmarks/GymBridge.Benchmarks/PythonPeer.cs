using System.Diagnostics;
using System.Text.Json.Nodes;
using GymBridge.Client.Installation;
using GymBridge.Testing;

namespace GymBridge.Benchmarks;

/// <summary>Runs a script of <c>peers/</c> in the project's Python environment; it prints one JSON object.</summary>
internal static class PythonPeer
{
    /// <summary>Makes the environment where it is missing.</summary>
    public static Task<PythonInstallation> InstallAsync() =>
        PythonInstaller.InstallAsync(CheckoutPython.Options("all", "dev", "test") with { Progress = Console.Error.WriteLine });

    public static Task<JsonObject> RunAsync(string script, params string[] arguments) => RunAsync(script, arguments, new Dictionary<string, string>());

    public static async Task<JsonObject> RunAsync(string script, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        using var process = Process.Start(await StartInfoAsync(script, arguments, environment))!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? JsonNode.Parse(output)!.AsObject()
            : throw new GymBridgeException($"'{script}' failed with exit code {process.ExitCode}; its output is above.");
    }

    /// <summary>Starts a script that measures one trial for every line that it reads.</summary>
    public static async Task<PythonTrials> StartAsync(string script)
    {
        var start = await StartInfoAsync(script, [], new Dictionary<string, string>());
        start.RedirectStandardInput = true;
        return new PythonTrials(script, Process.Start(start)!);
    }

    private static async Task<ProcessStartInfo> StartInfoAsync(
        string script, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var installation = await InstallAsync();
        var start = new ProcessStartInfo(installation.Environment.Interpreter, [Path.Combine(AppContext.BaseDirectory, "peers", script), .. arguments])
        {
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
