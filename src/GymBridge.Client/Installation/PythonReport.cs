using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;

namespace GymBridge.Client.Installation;

/// <summary>What the Python has that runs environments: its version, and those of the packages that count.</summary>
/// <param name="Interpreter">Path of the interpreter that was asked.</param>
/// <param name="Version">The version of that Python.</param>
/// <param name="Packages">Versions by package name; null for one that is not installed.</param>
public sealed record PythonReport(string Interpreter, string Version, ImmutableSortedDictionary<string, string?> Packages)
{
    private const string Question = """
        import importlib.metadata as metadata, json, platform
        def version(name):
            try:
                return metadata.version(name)
            except metadata.PackageNotFoundError:
                return None
        names = ['gymbridge', 'gymnasium', 'numpy', 'grpcio', 'protobuf', 'ale-py', 'pygame-ce', 'stable-baselines3']
        print('REPORT ' + json.dumps({'python': platform.python_version(), 'packages': {name: version(name) for name in names}}))
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The packages without which no environment can be hosted.</summary>
    public static ImmutableArray<string> Required { get; } = ["gymbridge", "gymnasium", "numpy", "grpcio", "protobuf"];

    /// <summary>The required packages that are not installed.</summary>
    public IEnumerable<string> Missing => Required.Where(name => Packages.GetValueOrDefault(name) is null);

    /// <summary>Asks the interpreter that hosts environments.</summary>
    /// <exception cref="PythonNotFoundException">There is none, or it cannot be asked; the message has the remedy.</exception>
    public static PythonReport Create(CancellationToken cancellationToken = default)
    {
        var interpreter = InterpreterLocator.Find(null);
        try
        {
            var result = ProcessRunner.RunAsync(interpreter, ["-c", Question], Limit, cancellationToken: cancellationToken).GetAwaiter().GetResult();
            var line = result.Output.Split('\n').LastOrDefault(line => line.StartsWith("REPORT ", StringComparison.Ordinal))
                ?? throw new PythonNotFoundException($"Python '{interpreter}' gave no answer (exit code {result.ExitCode}): {result.Output.Trim()}");
            using var answer = JsonDocument.Parse(line["REPORT ".Length..]);
            return new PythonReport(
                interpreter,
                answer.RootElement.GetProperty("python").GetString()!,
                answer.RootElement.GetProperty("packages").EnumerateObject().ToImmutableSortedDictionary(item => item.Name, item => item.Value.GetString(), StringComparer.Ordinal));
        }
        catch (Win32Exception exception)
        {
            throw InterpreterLocator.CannotStart(interpreter, exception);
        }
        catch (TimeoutException exception)
        {
            throw new PythonNotFoundException($"Python '{interpreter}' gave no answer within {Limit.TotalSeconds:0} s.", exception);
        }
    }
}
