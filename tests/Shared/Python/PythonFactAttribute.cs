namespace GymBridge.Testing;

/// <summary>A test that needs Python: skipped, with the reason, where there can be none; under CI=true it runs and fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute() => Skip = PythonSetup.SkipReason;
}
