using GymBridge.Client.Python;

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

    private static (PythonInstallation? Installation, string? Problem) Install()
    {
        try
        {
            return (PythonInstaller.Install(new PythonInstallOptions { Extras = ["classic-control", "dev", "test"] }), null);
        }
        catch (GymException exception)
        {
            return (null, exception.Message);
        }
    }
}
