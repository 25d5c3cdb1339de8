namespace GymBridge;

/// <summary>How environments are closed where closing one may throw.</summary>
internal static class Closing
{
    // ExceptionMap of GymBridge.Protocol puts the class of an exception of Python there.
    private const string PythonClassDataKey = "python_class";

    /// <summary>Closes; what that throws is told as a warning.</summary>
    /// <param name="close">Closes.</param>
    /// <param name="name">Of the environment.</param>
    public static void Quietly(Action close, string name)
    {
        try
        {
            close();
        }
        catch (Exception exception)
        {
            var kind = exception.Data[PythonClassDataKey] as string ?? exception.GetType().Name;
            var told = exception.Message.StartsWith(kind + ": ", StringComparison.Ordinal) ? exception.Message : $"{kind}: {exception.Message}";
            GymWarnings.Warn($"Closing '{name}' failed: {string.Join(' ', told.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))}");
        }
    }
}
