namespace GymBridge.Cli.Output;

/// <summary>Text as one word of a command line that is printed to be copied.</summary>
internal static class ShellWord
{
    /// <summary>The word, in quotes where a shell would read it as something else.</summary>
    public static string Of(string text)
    {
        if (text.Length > 0 && text.All(letter => char.IsLetterOrDigit(letter) || "_-./:=,+@%\\".Contains(letter, StringComparison.Ordinal)))
        {
            return text;
        }

        return OperatingSystem.IsWindows() ? $"\"{text}\"" : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }
}
