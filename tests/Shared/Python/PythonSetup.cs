using System.Diagnostics;
using System.Runtime.CompilerServices;
using GymBridge.Client.Installation;

namespace GymBridge.Testing;

/// <summary>The virtual environment of the tests, made once by the product's own installer.</summary>
internal static class PythonSetup
{
    private static readonly Lazy<(PythonInstallation? Installation, string? Problem)> State = new(Install);

    /// <summary>Why a test that needs Python is skipped; null where it runs, and in CI, where it fails instead.</summary>
    public static string? SkipReason => ContinuousIntegration.IsActive ? null : State.Value.Problem;

    /// <summary>What was installed.</summary>
    public static PythonInstallation Installation => State.Value.Installation
        ?? throw new InvalidOperationException($"Tests that need Python must not be skipped here (CI=true). {State.Value.Problem}");

    /// <summary>Runs a script and returns what it printed; it has to end well.</summary>
    public static string Run(string script, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Installation.Environment.Interpreter, [script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.GetAwaiter().GetResult());
        return output;
    }

    // What a test starts - the command, an example - finds the same.
    [ModuleInitializer]
    internal static void Initialize() => CheckoutPython.Use();

    private static (PythonInstallation? Installation, string? Problem) Install()
    {
        try
        {
            return (PythonInstaller.Install(CheckoutPython.Options("all", "dev", "test")), null);
        }
        catch (GymBridgeException exception)
        {
            return (null, exception.Message);
        }
    }
}
