using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace GymBridge.Cli.Options;

/// <summary>A whole number within bounds on the command line.</summary>
internal static class IntegerOption
{
    public static Option<int> Create(string name, string description, int defaultValue, int minimum, int maximum = int.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result => Parse(result, name, minimum, maximum) ?? defaultValue,
    };

    /// <summary>One without a default: null where it is not given.</summary>
    public static Option<int?> CreateOptional(string name, string description, int minimum, int maximum = int.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse(result, name, minimum, maximum),
    };

    private static int? Parse(ArgumentResult result, string name, int minimum, int maximum)
    {
        var text = result.Tokens.Count == 0 ? string.Empty : result.Tokens[^1].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum)
        {
            return number;
        }

        result.AddError(maximum == int.MaxValue
            ? $"'{text}' is no value for '{name}': a whole number of at least {minimum} is expected."
            : $"'{text}' is no value for '{name}': a whole number from {minimum} to {maximum} is expected.");
        return null;
    }
}
