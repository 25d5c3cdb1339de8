using System.Text;
using System.Text.RegularExpressions;

namespace GymBridge.Cli.Play;

/// <summary>Text that an environment has coloured for a terminal, for where there are no colours: marks tell what the colours told.</summary>
internal static partial class PlainText
{
    /// <summary>What the marks mean.</summary>
    public const string Legend = "Without colours: [x] is highlighted, *x* bold, (x) coloured.";

    private const int Bold = 1;

    /// <summary>Whether a text has codes of colours.</summary>
    public static bool IsColoured(string text) => Codes().IsMatch(text);

    /// <summary>The text without them: <c>[x]</c> for a background, <c>*x*</c> for bold, <c>(x)</c> for another colour.</summary>
    public static string Of(string text)
    {
        var plain = new StringBuilder();
        var (position, close) = (0, string.Empty);
        foreach (Match match in Codes().Matches(text))
        {
            plain.Append(text, position, match.Index - position).Append(close);
            (var open, close) = MarksOf(match.Groups[1].Value);
            plain.Append(open);
            position = match.Index + match.Length;
        }

        return plain.Append(text, position, text.Length - position).Append(close).ToString();
    }

    private static (string Open, string Close) MarksOf(string codes)
    {
        var numbers = codes.Split(';').Select(code => int.TryParse(code, out var number) ? number : 0).ToList();
        return numbers.Exists(IsBackground) ? ("[", "]")
            : numbers.Contains(Bold) ? ("*", "*")
            : numbers.Exists(IsForeground) ? ("(", ")")
            : (string.Empty, string.Empty);
    }

    private static bool IsForeground(int code) => code is (>= 30 and <= 38) or (>= 90 and <= 97);

    private static bool IsBackground(int code) => code is 7 or (>= 40 and <= 48) or (>= 100 and <= 107);

    [GeneratedRegex("\u001b\\[([0-9;]*)m")]
    private static partial Regex Codes();
}
