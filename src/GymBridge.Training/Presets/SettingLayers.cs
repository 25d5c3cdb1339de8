namespace GymBridge.Training.Presets;

/// <summary>Settings from several places, of which the first that has a key decides: flags, environment variables, a file, a preset.</summary>
public sealed class SettingLayers
{
    /// <summary>Beginning of the environment variables: <c>GYMBRIDGE_TRAIN_N_STEPS</c> is <c>n_steps</c>.</summary>
    public const string VariablePrefix = "GYMBRIDGE_TRAIN_";

    private readonly Dictionary<string, Setting> _settings = new(StringComparer.Ordinal);

    /// <summary>All settings that decide, in the order in which their keys were first given.</summary>
    public IReadOnlyCollection<Setting> Settings => _settings.Values;

    /// <summary>Adds a setting that counts where no earlier one has its key.</summary>
    public SettingLayers Add(string key, string value, string source)
    {
        _settings.TryAdd(key, new Setting(key, value, source));
        return this;
    }

    /// <summary>Adds the environment variables of these keys.</summary>
    /// <param name="keys">Keys that may be set so.</param>
    /// <param name="variable">Reads a variable; null where it is not set.</param>
    public SettingLayers AddVariables(IEnumerable<string> keys, Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(variable);
        foreach (var key in keys)
        {
            var name = VariablePrefix + key.ToUpperInvariant();
            if (variable(name) is { Length: > 0 } value)
            {
                Add(key, value, name);
            }
        }

        return this;
    }

    /// <summary>Adds the values of a file's section or of a preset; null adds nothing.</summary>
    public SettingLayers Add(Preset? preset)
    {
        foreach (var (key, value) in preset?.Values ?? [])
        {
            Add(key, value, preset!.Source);
        }

        return this;
    }

    /// <summary>The setting of a key; null where nobody gave one.</summary>
    public Setting? Find(string key) => _settings.GetValueOrDefault(key);
}
