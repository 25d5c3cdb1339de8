using System.Text.RegularExpressions;

namespace GymBridge.Cli.Errors;

/// <summary>Puts what System.CommandLine says about a value into words that name no .NET type.</summary>
internal static partial class ParseErrors
{
    public static string Describe(string message)
    {
        if (GivenTwice().Match(message) is { Success: true } twice)
        {
            return $"'{twice.Groups["option"].Value}' takes one value and was given {twice.Groups["count"].Value}; give it once.";
        }

        var match = CannotParse().Match(message);
        return match.Success
            ? $"'{match.Groups["value"].Value}' is no value for '{match.Groups["option"].Value}': {Expected(match.Groups["type"].Value)} is expected."
            : message;
    }

    private static string Expected(string type) => type switch
    {
        _ when type.Contains("Int32", StringComparison.Ordinal) || type.Contains("Int64", StringComparison.Ordinal) => "a whole number",
        _ when type.Contains("Double", StringComparison.Ordinal) || type.Contains("Single", StringComparison.Ordinal) => "a number",
        _ when type.Contains("Boolean", StringComparison.Ordinal) => "true or false",
        _ when type.Contains("LogLevel", StringComparison.Ordinal) => "Trace, Debug, Information, Warning, Error, Critical or None",
        _ => "another form",
    };

    [GeneratedRegex(@"^Option '(?<option>[^']+)' expects a single argument but (?<count>\d+) were provided")]
    private static partial Regex GivenTwice();

    [GeneratedRegex("^Cannot parse argument '(?<value>.*)' for (option|command) '(?<option>[^']+)' as expected type '(?<type>.+)'", RegexOptions.Singleline)]
    private static partial Regex CannotParse();
}
