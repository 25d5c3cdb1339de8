using System.Runtime.ExceptionServices;

namespace GymBridge.Shared;

/// <summary>Work of which no part is left out because an earlier one has failed.</summary>
internal static class Each
{
    /// <summary>Does all parts, then throws what the first of those threw that did.</summary>
    /// <param name="count">How many.</param>
    /// <param name="part">Does one.</param>
    public static void All(int count, Action<int> part)
    {
        ExceptionDispatchInfo? first = null;
        for (var i = 0; i < count; i++)
        {
            try
            {
                part(i);
            }
            catch (Exception exception)
            {
                first ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        first?.Throw();
    }
}
