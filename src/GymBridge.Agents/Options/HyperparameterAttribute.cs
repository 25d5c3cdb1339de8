namespace GymBridge.Agents.Options;

/// <summary>Names an option of an algorithm outside C#: as a flag, in rl-zoo3's files, and in the documentation's table.</summary>
/// <param name="key">Stable-Baselines3's name, which is also rl-zoo3's key: <c>n_steps</c>.</param>
/// <param name="help">One sentence for people.</param>
/// <param name="flags">CleanRL's spelling first, then aliases: <c>--num-steps</c>, <c>--n-steps</c>. None makes one of the key.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HyperparameterAttribute(string key, string help, params string[] flags) : Attribute
{
    /// <summary>Stable-Baselines3's name of the option, the key in preset files.</summary>
    public string Key { get; } = key;

    /// <summary>One sentence for people, in help texts.</summary>
    public string Help { get; } = help;

    /// <summary>The flags, the main one first.</summary>
    public IReadOnlyList<string> Flags { get; } = flags.Length == 0 ? ["--" + key.Replace('_', '-')] : flags;
}
