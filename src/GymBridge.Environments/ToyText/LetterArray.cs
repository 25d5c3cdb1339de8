using System.Text;

namespace GymBridge.Environments.ToyText;

/// <summary>A map as Gymnasium keeps it: a NumPy array of single bytes (<c>S1</c>).</summary>
internal static class LetterArray
{
    /// <summary>The array of rows of one length.</summary>
    public static ForeignArray Of(IReadOnlyList<string> rows) =>
        new("S1", [rows.Count, rows[0].Length], [.. Encoding.Latin1.GetBytes(string.Concat(rows))]);
}
