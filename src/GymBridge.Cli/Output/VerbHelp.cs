using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using GymBridge.Cli.Options;

namespace GymBridge.Cli.Output;

/// <summary>
/// The help of a verb: options that belong together under a heading, of algorithms those of one alone; and of a verb below another one,
/// of whose arguments it takes none, without them: <c>bench ENV</c> and <c>bench learning</c>.
/// </summary>
internal sealed class VerbHelp : SynchronousCommandLineAction
{
    private const int MostLabel = 34; // characters; the text of a longer label begins on the next line
    private const int LeastText = 30;
    private const string Margin = "  ";

    private readonly HelpAction _help;

    private VerbHelp(HelpAction help) => _help = help;

    public override bool ClearsParseErrors => true;

    public static void AttachTo(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Description = "Show this help.";
        option.Action = new VerbHelp((HelpAction)option.Action!);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        var groups = OptionGroup.Of(command);
        var upper = command.Parents.OfType<Command>().SelectMany(parent => parent.Arguments);
        var hidden = upper.Concat<Symbol>(groups.SelectMany(group => group.Options)).Where(symbol => !symbol.Hidden).ToList();
        hidden.ForEach(symbol => symbol.Hidden = true);
        try
        {
            _help.Invoke(parseResult);
        }
        finally
        {
            hidden.ForEach(symbol => symbol.Hidden = false);
        }

        var output = parseResult.InvocationConfiguration.Output;
        foreach (var group in groups)
        {
            Write(output, group.Heading(parseResult), [.. group.Options.Select(option => (LabelOf(option), group.Describe(parseResult, option)))]);
        }

        return 0;
    }

    private static string LabelOf(Option option)
    {
        var names = option.Aliases.Append(option.Name).OrderBy(name => name.StartsWith("--", StringComparison.Ordinal)).ThenBy(name => name != option.Name);
        return string.Join(", ", names) + (option.HelpName is { } value ? $" <{value}>" : string.Empty);
    }

    private void Write(TextWriter output, string heading, IReadOnlyList<(string Label, string? Text)> rows)
    {
        var shown = rows.Where(row => row.Text is not null).ToList();
        if (shown.Count == 0)
        {
            return;
        }

        output.WriteLine($"{heading}:");
        var column = shown.Select(row => row.Label.Length).Where(length => length <= MostLabel).DefaultIfEmpty(MostLabel).Max();
        var width = Math.Max(LeastText, _help.MaxWidth - column - (2 * Margin.Length));
        foreach (var (label, text) in shown)
        {
            var lines = Fold(text!, width).ToList();
            if (label.Length > column)
            {
                output.WriteLine(Margin + label);
                lines.Insert(0, string.Empty);
            }

            for (var line = label.Length > column ? 1 : 0; line < lines.Count; line++)
            {
                output.WriteLine(Margin + (line == 0 ? label : string.Empty).PadRight(column) + Margin + lines[line]);
            }
        }

        output.WriteLine();
    }

    // Lines of whole words.
    private static IEnumerable<string> Fold(string text, int width)
    {
        var line = string.Empty;
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = string.Empty;
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }
}
