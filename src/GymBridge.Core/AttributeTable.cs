using GymBridge.Errors;
using GymBridge.Values;

namespace GymBridge;

/// <summary>The attributes that an environment declares, by their Python names; nothing else can be reached by name.</summary>
/// <remarks>Values have the types that an <see cref="Info"/> holds, so that they can cross to Python. A declaration costs nothing
/// until somebody asks for an attribute.</remarks>
public sealed class AttributeTable
{
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly string _owner;

    internal AttributeTable(string owner) => _owner = owner;

    /// <summary>The names, in ordinal order.</summary>
    public IEnumerable<string> Names => _entries.Keys;

    /// <summary>Declares an attribute; a later declaration of a name replaces an earlier one.</summary>
    /// <typeparam name="T">What a value that is set is converted to: double takes an int, for example.</typeparam>
    /// <param name="name">The name of the attribute in Python: <c>force_mag</c>.</param>
    /// <param name="get">Reads it; a fresh copy of what the environment goes on to change.</param>
    /// <param name="set">Sets it; null where it cannot be set.</param>
    public AttributeTable Add<T>(string name, Func<object?> get, Action<T>? set = null)
    {
        _entries[name] = new Entry(get, set is null ? null : value => set(PythonValue.To<T>(value, $"Attribute '{name}' of '{_owner}'")));
        return this;
    }

    /// <summary>Declares an attribute that can only be read.</summary>
    /// <param name="name">The name of the attribute in Python.</param>
    /// <param name="get">Reads it.</param>
    public AttributeTable Add(string name, Func<object?> get)
    {
        _entries[name] = new Entry(get, null);
        return this;
    }

    /// <summary>Declares a method that can be called by its name, by a remote client too.</summary>
    /// <param name="name">The name of the method in Python.</param>
    /// <param name="method">What a call does.</param>
    public AttributeTable AddMethod(string name, EnvMethod method) => Add(name, () => method);

    internal bool TryGet(string name, out object? value)
    {
        var isFound = _entries.TryGetValue(name, out var entry);
        value = entry?.Get();
        return isFound;
    }

    /// <summary>Sets an attribute, if it exists.</summary>
    /// <exception cref="AttributeException">It can only be read.</exception>
    internal bool TrySet(string name, object? value)
    {
        if (!_entries.TryGetValue(name, out var entry))
        {
            return false;
        }

        if (entry.Set is null)
        {
            throw new AttributeException($"Attribute '{name}' of '{_owner}' cannot be set; {CanBeSet()}.");
        }

        entry.Set(value);
        return true;
    }

    /// <summary>The attributes that can be set and have a value: by their names they are the state of their owner.</summary>
    internal Info Save()
    {
        var values = new Info();
        foreach (var (name, entry) in _entries)
        {
            if (entry.Set is not null && entry.Get() is { } value)
            {
                values[name] = PythonValue.DeepCopy(value);
            }
        }

        return values;
    }

    /// <summary>Sets what was saved.</summary>
    /// <exception cref="SnapshotException">There is no such attribute, or a value has another type.</exception>
    internal void Restore(Info values)
    {
        foreach (var (name, value) in values)
        {
            try
            {
                if (!TrySet(name, PythonValue.DeepCopy(value)))
                {
                    throw SnapshotFields.Unfit(name, _owner);
                }
            }
            catch (Exception error) when (error is ArgumentException or AttributeException)
            {
                throw new SnapshotException($"The state does not fit '{_owner}': {error.Message}");
            }
        }
    }

    private string CanBeSet()
    {
        var names = _entries.Where(item => item.Value.Set is not null).Select(item => item.Key).ToList();
        return names.Count == 0 ? "none can" : $"those that can are {string.Join(", ", names)}";
    }

    private sealed record Entry(Func<object?> Get, Action<object?>? Set);
}
