using System.CommandLine;
using System.CommandLine.Parsing;
using GymBridge.Registration;

namespace GymBridge.Cli.Errors;

/// <summary>What is wrong with a command line, in the words of a user: each name that is not known, with those that are close to it.</summary>
internal static class UsageErrors
{
    private const int ShortestToSuggest = 4; // one letter is close to every other one

    /// <summary>The errors; none where the command line makes sense.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0 && parsed.Action != parsed.CommandResult.Command.Action)
        {
            return []; // help, the version, a completion: they take what is there
        }

        var options = UnknownOptions(parsed).ToList();
        if (options.Count > 0)
        {
            // What else has no place is a value of theirs, or missing because one took its place.
            return [.. options.Select(option => UnknownOption(parsed, option)), .. parsed.Errors.Where(IsOfAnOption).Select(Describe)];
        }

        if (parsed.UnmatchedTokens is not [var first, ..] || parsed.Errors.Count == 0)
        {
            return [.. parsed.Errors.Select(Describe)];
        }

        var command = parsed.CommandResult.Command;
        var unmatched = command.Arguments.Count == 0 && command.Subcommands.Count > 0
            ? $"'{first}' is no command of '{NameOf(parsed)}'.{Suggestions.For(first, command.Subcommands.Select(inner => inner.Name))}"
            : $"'{first}' is one argument too many for '{NameOf(parsed)}'{Taken(command)}. Leave it out, or quote what has spaces in it.";
        return [unmatched, .. parsed.Errors.Where(IsOfAnOption).Select(Describe)];
    }

    /// <summary>The whole name of the command that was called: <c>gymbridge bench learning</c>.</summary>
    public static string NameOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Command: not RootCommand } command; result = result.Parent)
        {
            names.Push(command.Command.Name);
        }

        return string.Join(' ', names.Prepend("gymbridge"));
    }

    // The library gives an argument that is still open whatever comes, an option with a slip in it too.
    private static IEnumerable<string> UnknownOptions(ParseResult parsed) => parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
        ? []
        : parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value)
            .Concat(parsed.UnmatchedTokens)
            .Where(IsWrittenAsOption)
            .Distinct(StringComparer.Ordinal);

    private static bool IsWrittenAsOption(string token) => token is ['-', '-' or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z'), ..] and not "--";

    private static bool IsOfAnOption(ParseError error) => error.SymbolResult is OptionResult;

    private static string UnknownOption(ParseResult parsed, string token)
    {
        var name = token.Split('=', ':')[0];
        var known = parsed.CommandResult.Command.Options
            .Concat(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive))
            .Where(option => !option.Hidden)
            .SelectMany(option => option.Aliases.Prepend(option.Name))
            .Where(other => other.StartsWith("--", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal);
        return $"'{name}' is no option of '{NameOf(parsed)}'.{(name.Length < ShortestToSuggest ? string.Empty : Suggestions.For(name, known))}";
    }

    private static string Taken(Command command) => command.Arguments.Count == 0
        ? ", which takes none"
        : $", which takes {string.Join(' ', command.Arguments.Select(argument => argument.Name))}";

    private static string Describe(ParseError error) => ParseErrors.Describe(error.Message);
}
