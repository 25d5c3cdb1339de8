namespace GymBridge.Cli.Play;

/// <summary>Names of keys: a single character as it stands, or a word for a key without one.</summary>
internal static class KeyName
{
    public const string Escape = "escape";

    private const char Space = ' ';

    // Arrows stand for the letters that games are steered with, where an arrow has no action of its own.
    private static readonly Dictionary<string, string> LetterOfArrow = new(StringComparer.Ordinal) { ["left"] = "a", ["right"] = "d", ["up"] = "w", ["down"] = "s" };

    private static readonly string[] Words = ["space", .. LetterOfArrow.Keys];

    /// <summary>Whether it is a key that can be mapped.</summary>
    public static bool IsKnown(string key) => Words.Contains(key) || (key.Length == 1 && key[0] > Space && key[0] != '+');

    /// <summary>The words, for messages.</summary>
    public static string WordList => string.Join(", ", Words);

    /// <summary>The key of a character.</summary>
    public static string Of(char character) => character == Space ? "space" : char.ToLowerInvariant(character).ToString();

    /// <summary>The key that a terminal tells; null for one that no action can have.</summary>
    public static string? Of(ConsoleKeyInfo key) => key.Key switch
    {
        ConsoleKey.LeftArrow => "left",
        ConsoleKey.RightArrow => "right",
        ConsoleKey.UpArrow => "up",
        ConsoleKey.DownArrow => "down",
        ConsoleKey.Escape => Escape,
        _ => key.KeyChar >= Space ? Of(key.KeyChar) : null,
    };

    /// <summary>The letter in whose place an arrow stands; null for every other key.</summary>
    public static string? LetterOf(string key) => LetterOfArrow.GetValueOrDefault(key);

    /// <summary>The arrow that stands in the place of a letter; null for every other key.</summary>
    public static string? ArrowOf(string key) => LetterOfArrow.FirstOrDefault(pair => pair.Value == key).Key;
}
