namespace GymBridge.PythonNet.Tests;

/// <summary>A test that embeds the Python of the checkout: skipped where there is none, or it has no shared library.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EmbeddedFactAttribute : FactAttribute
{
    public EmbeddedFactAttribute() => Skip = PythonSetup.SkipReason ?? Problem;

    /// <summary>Why the Python of the checkout cannot be embedded; null if it can.</summary>
    public static string? Problem { get; } = Look();

    private static string? Look()
    {
        try
        {
            PythonLibrary.Find(PythonSetup.Installation.Environment.Interpreter);
            return null;
        }
        catch (GymBridgeException exception)
        {
            return exception.Message;
        }
    }
}
