namespace GymBridge.Client.Tests.TestSupport;

/// <summary>A test that needs Python: skipped, with the reason, where there can be none; under CI=true it runs and fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute() => Skip = PythonSetup.IsCi ? null : PythonSetup.Problem;
}

/// <summary>The same for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonTheoryAttribute : TheoryAttribute
{
    public PythonTheoryAttribute() => Skip = PythonSetup.IsCi ? null : PythonSetup.Problem;
}
