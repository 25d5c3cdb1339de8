namespace GymBridge.Testing;

/// <summary>A theory that needs Python: skipped, with the reason, where there can be none; under CI=true it runs and fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonTheoryAttribute : TheoryAttribute
{
    public PythonTheoryAttribute() => Skip = PythonSetup.SkipReason;
}
