using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Codec;

/// <summary>Writes infos, which never fail a step: an entry that cannot be carried is left out with a warning that names it.</summary>
internal static class InfoCodec
{
    /// <summary>The message of an info.</summary>
    /// <param name="info">The info.</param>
    /// <param name="name"><c>info</c> or <c>final_info</c>, for the warnings.</param>
    /// <param name="maxBytes">Most bytes that it may take; the largest entries go first.</param>
    /// <param name="onLeftOut">Told a sentence for each entry that is left out.</param>
    public static Wire.Value Encode(Info info, string name, long maxBytes, Action<string> onLeftOut)
    {
        var dict = new Wire.Value.Types.Dict();
        foreach (var (key, value) in info)
        {
            if (Entry(value, $"{name}['{key}']", onLeftOut) is { } entry && Entry(key, $"a key of {name}", onLeftOut) is { } keyMessage)
            {
                dict.Keys.Add(keyMessage);
                dict.Values.Add(entry);
            }
        }

        Shrink(dict, name, maxBytes, onLeftOut);
        return new Wire.Value { Dict = dict };
    }

    private static Wire.Value? Entry(object? value, string path, Action<string> onLeftOut)
    {
        // Inside a dict only the bad entry is left out; a list or tuple would change its meaning, so it goes as a whole.
        if (value is Info inner)
        {
            return Encode(inner, path, long.MaxValue, onLeftOut) is var message && inner.Count > 0 && message.Dict.Keys.Count == 0 ? null : message;
        }

        try
        {
            return ValueCodec.Encode(value, path, sharesArrays: true);
        }
        catch (Exception exception) when (exception is NotSupportedException or FormatException or ArgumentException)
        {
            onLeftOut($"{exception.Message.TrimEnd('.')}; the entry was left out.");
            return null;
        }
    }

    private static void Shrink(Wire.Value.Types.Dict dict, string name, long maxBytes, Action<string> onLeftOut)
    {
        var sizes = dict.Values.Select(value => (long)value.CalculateSize()).ToList();
        var total = sizes.Sum();
        while (total > maxBytes)
        {
            var largest = sizes.IndexOf(sizes.Max());
            onLeftOut($"{name}['{dict.Keys[largest].Text}'] takes {sizes[largest]} bytes, and the info would be over the limit of {maxBytes}; the entry was left out.");
            total -= sizes[largest];
            dict.Keys.RemoveAt(largest);
            dict.Values.RemoveAt(largest);
            sizes.RemoveAt(largest);
        }
    }
}
