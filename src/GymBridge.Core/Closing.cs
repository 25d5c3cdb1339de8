using System.Runtime.ExceptionServices;

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

    /// <summary>Closes all, then throws what the first of those threw that did.</summary>
    /// <param name="count">How many.</param>
    /// <param name="close">Closes one.</param>
    public static void All(int count, Action<int> close)
    {
        ExceptionDispatchInfo? first = null;
        for (var i = 0; i < count; i++)
        {
            try
            {
                close(i);
            }
            catch (Exception exception)
            {
                first ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        first?.Throw();
    }
}
