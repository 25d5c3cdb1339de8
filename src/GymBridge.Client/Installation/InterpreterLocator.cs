using System.ComponentModel;

namespace GymBridge.Client.Installation;

/// <summary>The Python that runs environments.</summary>
internal static class InterpreterLocator
{
    /// <summary>The variable that names an interpreter to be used as it is.</summary>
    public const string Variable = "GYMBRIDGE_HOST_PYTHON";

    /// <summary>The interpreter: the one asked for, else the variable's, else that of the virtual environment.</summary>
    /// <exception cref="PythonNotFoundException">There is none; the message has the command that makes one.</exception>
    public static string Find(string? explicitPath)
    {
        var chosen = explicitPath ?? Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(chosen))
        {
            return chosen;
        }

        var environment = VirtualEnvironment.Default;
        return environment.Exists
            ? environment.Interpreter
            : throw new PythonNotFoundException(
                $"Python environments need a virtual environment, and there is none at '{environment.Folder}'; run: gymbridge python install (--extra atari, mujoco or box2d for their environments). Or name an interpreter that has the package 'gymbridge' with {Variable}.");
    }

    /// <summary>The error for an interpreter that cannot be started.</summary>
    public static PythonNotFoundException CannotStart(string interpreter, Win32Exception exception) => new(
        $"Python '{interpreter}' cannot be started: {exception.Message}. Run: gymbridge python install. Or correct {Variable}.", exception);

    /// <summary>The error for an interpreter that lacks packages that a host needs; null when it has them all.</summary>
    public static PythonNotFoundException? MissingPackages(string interpreter)
    {
        const string Question = """
            from importlib.util import find_spec
            names = {'gymbridge': 'gymbridge', 'gymnasium': 'gymnasium', 'numpy': 'numpy', 'grpc': 'grpcio', 'google.protobuf': 'protobuf'}
            def absent(module):
                try:
                    return find_spec(module) is None
                except ModuleNotFoundError:
                    return True
            print(', '.join(package for module, package in names.items() if absent(module)))
            """;
        try
        {
            var (exitCode, output) = ProcessRunner.RunAsync(interpreter, ["-c", Question], TimeSpan.FromSeconds(30)).GetAwaiter().GetResult();
            var missing = output.Split('\n')[^1].Trim();
            return exitCode == 0 && missing.Length > 0
                ? new PythonNotFoundException(
                    $"Python '{interpreter}' lacks {missing}. Run: gymbridge python install. Or, to keep this Python: {interpreter} -m pip install gymbridge")
                : null;
        }
        catch (Exception exception) when (exception is Win32Exception or TimeoutException)
        {
            return null;
        }
    }
}
