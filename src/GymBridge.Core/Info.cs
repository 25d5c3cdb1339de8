using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace GymBridge;

/// <summary>
/// Named values that keep the order in which they were added: the info of a step, the options of a reset, the keyword
/// arguments of an environment.
/// </summary>
/// <remarks>
/// Values and the Python types they stand for: null - None, bool, int and long and <see cref="System.Numerics.BigInteger"/> - int,
/// double - float, float - np.float32, string - str, byte[] - bytes, <c>List&lt;object?&gt;</c> - list, <see cref="TupleValue"/> - tuple,
/// <see cref="Info"/> - dict with string keys, <c>OrderedDictionary&lt;object, object?&gt;</c> - dict with other keys,
/// <see cref="NDArray"/>, <see cref="NumPyScalar"/>, <see cref="Spaces.Space"/>; <see cref="System.Numerics.Complex"/> - complex,
/// <see cref="SetValue"/> - set and frozenset, <see cref="ObjectArray"/> - array of objects, <see cref="ForeignArray"/> - arrays and scalars
/// of other element types, <see cref="Spaces.GraphInstance"/> - GraphInstance. Not thread-safe.
/// </remarks>
[SuppressMessage("Naming", "CA1710", Justification = "The field's word is info.")]
public sealed class Info : IEnumerable<KeyValuePair<string, object?>>
{
    private readonly OrderedDictionary<string, object?>? _items;

    /// <summary>An info to be filled, also by a collection initializer: <c>new Info { ["lives"] = 3 }</c>.</summary>
    public Info() => _items = new(StringComparer.Ordinal);

    private Info(OrderedDictionary<string, object?>? items) => _items = items;

    /// <summary>The info without entries; it cannot be changed, so every step may share it.</summary>
    public static Info Empty { get; } = new(null);

    /// <summary>Number of entries in the info.</summary>
    public int Count => _items?.Count ?? 0;

    /// <summary>The names, in order.</summary>
    public IEnumerable<string> Keys => _items is null ? [] : _items.Keys;

    /// <summary>The value of a name; setting adds or replaces it.</summary>
    /// <exception cref="KeyNotFoundException">There is no such name; the message lists those that exist.</exception>
    /// <exception cref="InvalidOperationException">This is <see cref="Empty"/>.</exception>
    public object? this[string key]
    {
        get => TryGetValue(key, out var value)
            ? value
            : throw new KeyNotFoundException($"There is no '{key}' here; the names are [{string.Join(", ", Keys)}].");
        set => (_items ?? throw new InvalidOperationException("Info.Empty is shared and cannot be changed; make a new Info."))[key] = value;
    }

    /// <summary>Adds or replaces a value (for collection initializers).</summary>
    public void Add(string key, object? value) => this[key] = value;

    /// <summary>Whether the name exists.</summary>
    public bool ContainsKey(string key) => _items is not null && _items.ContainsKey(key);

    /// <summary>The value of a name, if it exists.</summary>
    public bool TryGetValue(string key, out object? value)
    {
        value = null;
        return _items is not null && _items.TryGetValue(key, out value);
    }

    /// <summary>A copy that can be changed; values are shared.</summary>
    public Info Copy()
    {
        var copy = new Info();
        foreach (var (key, value) in this)
        {
            copy[key] = value;
        }

        return copy;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() =>
        (_items ?? Enumerable.Empty<KeyValuePair<string, object?>>()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => "{" + string.Join(", ", this.Select(item => string.Create(CultureInfo.InvariantCulture, $"'{item.Key}': {item.Value ?? "None"}"))) + "}";
}
