using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace GymBridge.Cli.Options;

/// <summary>Options of a verb that its help shows under one heading.</summary>
/// <param name="Options">The options.</param>
/// <param name="Heading">The heading for a command line.</param>
/// <param name="Describe">What is said of an option for a command line; null leaves it out.</param>
internal sealed record OptionGroup(IReadOnlyList<Option> Options, Func<ParseResult, string> Heading, Func<ParseResult, Option, string?> Describe)
{
    private static readonly ConditionalWeakTable<Command, List<OptionGroup>> Groups = [];

    /// <summary>The groups of a verb, in the order in which they were added.</summary>
    public static IReadOnlyList<OptionGroup> Of(Command command) => Groups.TryGetValue(command, out var groups) ? groups : [];

    /// <summary>Adds options to a verb under a heading that never changes.</summary>
    public static void Add(Command command, string heading, params IReadOnlyList<Option> options) =>
        Add(command, new OptionGroup(options, _ => heading, (_, option) => WithDefault(option.Description ?? string.Empty, DefaultOf(option))));

    /// <summary>Adds the options of a group to a verb.</summary>
    public static void Add(Command command, OptionGroup group)
    {
        foreach (var option in group.Options)
        {
            command.Add(option);
        }

        Groups.GetOrCreateValue(command).Add(group);
    }

    /// <summary>A description with its default value behind it, as the other options have it.</summary>
    public static string WithDefault(string description, string? value) => string.IsNullOrEmpty(value) ? description : $"{description} [default: {value}]";

    private static string? DefaultOf(Option option) =>
        option.HasDefaultValue && option.ValueType != typeof(bool) ? Convert.ToString(option.GetDefaultValue(), CultureInfo.InvariantCulture) : null;
}
