using System.Reflection;
using System.Text.Json.Serialization;

namespace GymBridge.Agents.Options;

/// <summary>One option of an algorithm, as flags, preset files and tables of the documentation read it.</summary>
/// <param name="Name">Name of the property: <c>RolloutSteps</c>.</param>
/// <param name="Type">Its type: a number, a <see cref="Schedule"/>, a list, an enumeration, true or false.</param>
/// <param name="Key">Stable-Baselines3's name: <c>n_steps</c>.</param>
/// <param name="Help">One sentence for people.</param>
/// <param name="Flags">Command-line flags, the main one first.</param>
public sealed record Hyperparameter(string Name, Type Type, string Key, string Help, IReadOnlyList<string> Flags)
{
    /// <summary>The words that it can be, where it is an enumeration or true or false; else none.</summary>
    public IReadOnlyList<string> Choices =>
        Type == typeof(bool) ? ["true", "false"]
        : Type.IsEnum ? [.. Type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(value => value.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? value.Name)]
        : [];

    /// <summary>Those of a type of options, in the order in which they are declared.</summary>
    /// <exception cref="InvalidOperationException">A property has no <see cref="HyperparameterAttribute"/>.</exception>
    public static IReadOnlyList<Hyperparameter> Of(Type optionsType) =>
    [
        .. optionsType.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .Select(property => property.GetCustomAttribute<HyperparameterAttribute>() is { } attribute
                ? new Hyperparameter(property.Name, property.PropertyType, attribute.Key, attribute.Help, attribute.Flags)
                : throw new InvalidOperationException($"Bug: '{optionsType.Name}.{property.Name}' has no [Hyperparameter].")),
    ];
}
