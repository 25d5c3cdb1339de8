using System.Text;

namespace GymBridge.Protocol.Codec;

/// <summary>Where in a value the codec is, and how much it has seen; the text is made only for an error.</summary>
internal sealed class ValuePath(string name)
{
    private readonly List<object> _steps = [];
    private int _items;

    public bool IsTooDeep => _steps.Count > ProtocolConstants.MaxValueDepth;

    public void Enter(object keyOrIndex) => _steps.Add(keyOrIndex);

    public void Leave() => _steps.RemoveAt(_steps.Count - 1);

    /// <summary>What limit the next value breaks; null for none.</summary>
    public string? Exceeded()
    {
        if (++_items > ProtocolConstants.MaxValueItems)
        {
            return $"{name} has more than {ProtocolConstants.MaxValueItems} items.";
        }

        return IsTooDeep
            ? $"{name} nests deeper than {ProtocolConstants.MaxValueDepth} containers."
            : null;
    }

    public override string ToString()
    {
        var text = new StringBuilder(name);
        foreach (var step in _steps)
        {
            text.Append('[').Append(step is string key ? $"'{key}'" : step).Append(']');
        }

        return text.ToString();
    }
}
