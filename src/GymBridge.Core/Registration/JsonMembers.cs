using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Registration;

/// <summary>Takes typed members out of a JSON object; every error names the member and what it holds.</summary>
/// <param name="owner">What the object should be, for messages: "an EnvSpec".</param>
/// <param name="members">The members.</param>
internal readonly struct JsonMembers(string owner, Info members)
{
    /// <summary>The object that a text holds.</summary>
    /// <exception cref="ArgumentException">The text is no JSON object.</exception>
    public static Info Parse(string json)
    {
        try
        {
            return PythonJson.Read(json) as Info
                ?? throw new ArgumentException("The JSON text holds no object.", nameof(json));
        }
        catch (FormatException error)
        {
            throw new ArgumentException(error.Message, nameof(json), error);
        }
    }

    /// <summary>A member that may be absent or null.</summary>
    public T? Optional<T>(string name)
        where T : class => !members.TryGetValue(name, out var value) || value is null
            ? null
            : value as T ?? throw Wrong(name, value, typeof(T) == typeof(string) ? "a string" : typeof(T) == typeof(Info) ? "an object" : "an array");

    /// <summary>A member that must be there.</summary>
    public T Required<T>(string name)
        where T : class => Optional<T>(name) ?? throw Wrong(name, null, "a value");

    /// <summary>A flag that may be absent or null.</summary>
    public bool Flag(string name, bool defaultValue) => Optional<object>(name) switch
    {
        null => defaultValue,
        bool flag => flag,
        var other => throw Wrong(name, other, "true or false"),
    };

    /// <summary>The error for a member.</summary>
    public ArgumentException Wrong(string name, object? value, string expected) =>
        new($"The JSON object is not {owner}: '{name}' must be {expected}, got {PythonText.Repr(value)}.");
}
