using System.ComponentModel;
using System.Text.Json;

namespace GymBridge.Client.Installation;

/// <summary>A Python that can be run.</summary>
/// <param name="Path">Its executable, as Python itself names it.</param>
/// <param name="Version">Its version: 3.11.7.</param>
public sealed record PythonInterpreter(string Path, Version Version)
{
    /// <summary>The variable that names the Python from which virtual environments are made.</summary>
    public const string Variable = "GYMBRIDGE_PYTHON";

    /// <summary>The oldest version that is supported.</summary>
    public static Version Minimum { get; } = new(3, 10);

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(30);

    private static string Remedy => OperatingSystem.IsWindows()
        ? "install it with 'winget install Python.Python.3.13'"
        : OperatingSystem.IsMacOS()
            ? "install it with 'brew install python'"
            : "install it with 'sudo apt install python3 python3-venv' (or your distribution's package)";

    /// <summary>Finds the base Python: <c>$GYMBRIDGE_PYTHON</c>, else <c>python3</c>, else <c>python</c> on the PATH.</summary>
    /// <param name="explicitPath">A path or command that is preferred to the variable; null for none.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="PythonNotFoundException">There is none, or it is too old; the message has the command that mends it.</exception>
    public static async Task<PythonInterpreter> FindAsync(string? explicitPath = null, CancellationToken cancellationToken = default)
    {
        var chosen = explicitPath ?? Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrWhiteSpace(chosen))
        {
            var origin = explicitPath is null ? $"${Variable}" : "the Python that was asked for";
            var (found, problem) = await ProbeAsync(chosen, cancellationToken).ConfigureAwait(false);
            return found ?? throw new PythonNotFoundException(
                $"Python '{chosen}' ({origin}) cannot be used: {problem}. Give the path of a Python {Minimum} or newer, or unset it and {Remedy}.");
        }

        List<string> problems = [];
        foreach (var command in (string[])["python3", "python"])
        {
            var (found, problem) = await ProbeAsync(command, cancellationToken).ConfigureAwait(false);
            if (found is not null)
            {
                return found;
            }

            problems.Add($"'{command}': {problem}");
        }

        throw new PythonNotFoundException(
            $"No Python {Minimum} or newer was found ({string.Join("; ", problems)}). To use Python environments, {Remedy}, or set {Variable} to its path. Everything written in C# works without it.");
    }

    /// <summary>Asks a program whether it is a Python that will do.</summary>
    internal static async Task<(PythonInterpreter? Found, string Problem)> ProbeAsync(string program, CancellationToken cancellationToken)
    {
        const string Question = "import json, sys; print(json.dumps([sys.executable] + list(sys.version_info[:3])))";
        try
        {
            // -I keeps PYTHONPATH and the current directory out: a json.py lying about must not decide.
            var (exitCode, output) = await ProcessRunner.RunAsync(program, ["-I", "-c", Question], ProbeTimeout, null, cancellationToken).ConfigureAwait(false);
            if (exitCode != 0)
            {
                return (null, $"it ended with exit code {exitCode}: {LastLine(output)}");
            }

            using var answer = JsonDocument.Parse(LastLine(output));
            var version = new Version(answer.RootElement[1].GetInt32(), answer.RootElement[2].GetInt32(), answer.RootElement[3].GetInt32());
            return version < Minimum
                ? (null, $"it is Python {version}, and {Minimum} or newer is needed")
                : (new PythonInterpreter(answer.RootElement[0].GetString()!, version), string.Empty);
        }
        catch (Win32Exception)
        {
            return (null, "it does not exist or cannot be run");
        }
        catch (TimeoutException)
        {
            return (null, $"it did not answer within {ProbeTimeout.TotalSeconds:0} s");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return (null, "it does not answer as a Python does");
        }
    }

    private static string LastLine(string output) => output.Split('\n')[^1].Trim();
}
