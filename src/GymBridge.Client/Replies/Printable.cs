using System.Text;

namespace GymBridge.Client.Replies;

/// <summary>Texts of a server, which may end up on a terminal.</summary>
internal static class Printable
{
    private const int MaxLength = 500;

    /// <summary>The text without control characters, cut where it is very long.</summary>
    public static string Of(string text)
    {
        var printable = new StringBuilder(text.Length);
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
        {
            printable.Append(char.IsControl(character) ? ' ' : character);
        }

        return printable.ToString();
    }
}
