using GymBridge.Errors;
using GymBridge.Values;

namespace GymBridge;

/// <summary>What an environment is made with; the factory takes out what it knows, and the registry refuses the rest.</summary>
public sealed class EnvArguments
{
    private readonly Info _kwargs;
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    internal EnvArguments(string? renderMode, Info kwargs)
    {
        RenderMode = renderMode;
        _kwargs = kwargs;
    }

    /// <summary>The render mode asked for; null for none.</summary>
    public string? RenderMode { get; }

    /// <summary>A keyword argument, or its default.</summary>
    /// <exception cref="ArgumentException">The argument has another type.</exception>
    public T Get<T>(string name, T defaultValue)
    {
        _taken.Add(name);
        if (!_kwargs.TryGetValue(name, out var value))
        {
            return defaultValue;
        }

        return PythonValue.To<T>(value, $"Keyword argument '{name}'");
    }

    internal Info All => _kwargs;

    internal void ThrowIfUnknown(string id)
    {
        var unknown = _kwargs.Keys.Where(key => !_taken.Contains(key)).ToList();
        if (unknown.Count > 0)
        {
            throw new UnexpectedArgumentException(
                $"Environment '{id}' got an unexpected keyword argument '{unknown[0]}'; it takes {(_taken.Count == 0 ? "none" : string.Join(", ", _taken.Order(StringComparer.Ordinal)))}.");
        }
    }
}
