namespace GymBridge.Registration;

/// <summary>Finds the known names that are close to a mistyped one.</summary>
public static class Suggestions
{
    /// <summary>" Did you mean 'a' or 'b'?", or nothing if no name is close.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="names">What exists.</param>
    public static string For(string text, IEnumerable<string> names)
    {
        // A third of the letters may differ: enough for a slip or a missing version, too little for another word.
        // So a name of another length cannot be close, which also bounds the work on a text of any length.
        var close = names
            .Where(name => Math.Abs(name.Length - text.Length) <= Allowed(name))
            .Select(name => (Name: name, Distance: Distance(text.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(item => item.Distance <= Allowed(item.Name))
            .OrderBy(item => item.Distance).ThenBy(item => item.Name, StringComparer.Ordinal)
            .Take(3)
            .Select(item => $"'{item.Name}'")
            .ToList();
        return close.Count == 0 ? string.Empty : $" Did you mean {string.Join(" or ", close)}?";
    }

    private static int Allowed(string name) => Math.Max(2, name.Length / 3);

    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(substitution, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
