namespace GymBridge.Environments.ToyText;

/// <summary>Colours text for a terminal. Source: <c>gymnasium/utils/colorize.py</c> 1.4.0.</summary>
internal static class AnsiColour
{
    public const int Red = 31;
    public const int Green = 32;
    public const int Yellow = 33;
    public const int Blue = 34;
    public const int Magenta = 35;

    /// <summary>The text between the codes that set and clear a colour.</summary>
    public static string Paint(string text, int colour, bool bold = false, bool highlight = false) =>
        $"\x1b[{colour + (highlight ? 10 : 0)}{(bold ? ";1" : string.Empty)}m{text}\x1b[0m";
}
