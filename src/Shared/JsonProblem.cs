using System.Globalization;
using System.Text.Json;

namespace GymBridge.Shared;

/// <summary>What is wrong with a JSON text, in words that need no knowledge of .NET: the line, the key, and not the type that was to be read.</summary>
internal static class JsonProblem
{
    private const string OfAnotherKind = "The JSON value could not be converted";

    /// <summary>One sentence.</summary>
    /// <param name="exception">What the reader said.</param>
    /// <param name="isText">Whether it read the text that the user has, in which lines mean something.</param>
    public static string Describe(JsonException exception, bool isText = true)
    {
        var place = isText && exception.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $"line {line + 1}: ") : string.Empty;
        if (!exception.Message.StartsWith(OfAnotherKind, StringComparison.Ordinal))
        {
            var end = exception.Message.IndexOf(exception.Message.Contains(" Path: ", StringComparison.Ordinal) ? " Path: " : " LineNumber: ", StringComparison.Ordinal);
            return place + (end < 0 ? exception.Message : exception.Message[..end]);
        }

        var key = exception.Path?.TrimStart('$').TrimStart('.');
        return $"{place}{(string.IsNullOrEmpty(key) ? "the text as a whole" : $"the value of '{key}'")} is of another kind than belongs there, or is too large.";
    }
}
