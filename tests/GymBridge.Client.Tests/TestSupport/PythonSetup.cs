using GymBridge.Client.Python;

namespace GymBridge.Client.Tests.TestSupport;

/// <summary>The virtual environment of the tests, made once by the product's own installer.</summary>
internal static class PythonSetup
{
    private static readonly Lazy<(PythonInstallation? Installation, string? Problem)> State = new(Install);

    /// <summary>Why there is no Python; null where there is one.</summary>
    public static string? Problem => State.Value.Problem;

    public static PythonInstallation Installation => State.Value.Installation
        ?? throw new InvalidOperationException($"Tests that need Python must not be skipped here (CI=true). {Problem}");

    public static bool IsCi => string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    private static (PythonInstallation? Installation, string? Problem) Install()
    {
        try
        {
            return (PythonInstaller.Install(new PythonInstallOptions { Extras = ["test"] }), null);
        }
        catch (Exception exception) when (exception is PythonNotFoundException or PythonInstallException)
        {
            return (null, exception.Message);
        }
    }
}
