using System.Text.RegularExpressions;

namespace GymBridge.Testing;

/// <summary>The README's code, by section, so that tests run what is printed there.</summary>
internal static partial class Readme
{
    /// <summary>The section whose commands need the packages.</summary>
    public const string Install = "Install";

    /// <summary>The code blocks of a language in a section.</summary>
    public static IEnumerable<string> BlocksIn(string section, string language) =>
        Blocks(language).Where(block => block.Section == section).Select(block => block.Text);

    /// <summary>The code blocks of a language in all sections but one.</summary>
    public static IEnumerable<string> BlocksOutside(string section, string language) =>
        Blocks(language).Where(block => block.Section != section).Select(block => block.Text);

    private static IEnumerable<(string Section, string Text)> Blocks(string language)
    {
        var section = string.Empty;
        foreach (Match match in Part().Matches(File.ReadAllText(RepositoryRoot.Combine("README.md"))))
        {
            if (match.Groups["section"].Success)
            {
                section = match.Groups["section"].Value;
            }
            else if (match.Groups["language"].Value == language)
            {
                yield return (section, match.Groups["text"].Value);
            }
        }
    }

    [GeneratedRegex("^## (?<section>[^\n]*)\n|^```(?<language>\\w+)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Part();
}
