using GymBridge.Shared;
using GymBridge.Values;

namespace GymBridge.Environments.ToyText;

/// <summary>Reads the whole-number arguments of a method that is called by name.</summary>
internal static class MethodArguments
{
    /// <summary>One number for each parameter, given by position or by name.</summary>
    /// <exception cref="ArgumentException">One is missing, unknown or no whole number.</exception>
    public static int[] Read(string method, IReadOnlyList<object?> arguments, Info keywords, params ReadOnlySpan<string> parameters)
    {
        var values = new int[parameters.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var value = i < arguments.Count ? arguments[i] : keywords.TryGetValue(parameters[i], out var named) ? named : null;
            values[i] = PythonValue.To<int>(value, $"Argument '{parameters[i]}' of {method}()");
        }

        return arguments.Count + keywords.Count == values.Length
            ? values
            : throw new ArgumentException(
                $"{method}() takes {string.Join(", ", parameters.ToArray())}, got {Plural.Of(arguments.Count, "argument")} and the keywords [{string.Join(", ", keywords.Keys)}].");
    }
}
