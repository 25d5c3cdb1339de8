using GymBridge.Client.Python;

namespace GymBridge.Cli.Tests;

/// <summary>A test that needs the project's Python environment: skipped with the reason without it, but never in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Reason = new(Install);

    public PythonFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") is not ("true" or "1"))
        {
            Skip = Reason.Value;
        }
    }

    private static string? Install()
    {
        try
        {
            PythonInstaller.Install(new PythonInstallOptions { Extras = ["classic-control", "dev", "test"] });
            return null;
        }
        catch (GymException exception)
        {
            return exception.Message;
        }
    }
}
