using System.Collections.Immutable;
using System.Globalization;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Options;
using GymBridge.Spaces;

namespace GymBridge.Cli.Play;

/// <summary>Which key takes which action.</summary>
/// <remarks>A combination is written with '+': <c>a+w</c>. A terminal tells one key at a time, so that combinations are for the window.</remarks>
internal sealed class KeyMap
{
    private readonly ImmutableArray<(string Keys, object Action)> _actions;
    private readonly Space _space;

    private KeyMap(Space space, IEnumerable<(string Keys, object Action)> actions, object? noop) =>
        (_space, _actions, Noop) = (space, [.. actions], noop);

    /// <summary>The action while no key is pressed; null where every action does something.</summary>
    public object? Noop { get; }

    /// <summary>What is done in a window while no key is pressed: there the episode does not wait.</summary>
    public object Idle => Noop ?? (_space is Discrete discrete ? discrete.Start : _actions[0].Action);

    /// <summary>Keys and the actions they take, in the order in which people are told.</summary>
    public IReadOnlyList<(string Keys, object Action)> Actions => _actions;

    /// <summary>The keys of an environment: those given, else those of its name, else digits or pairs of letters.</summary>
    /// <param name="id">The environment.</param>
    /// <param name="space">Its actions.</param>
    /// <param name="given">KEY=ACTION from the command line; empty for none.</param>
    /// <param name="noop">The action without a key from the command line; null where it was not given.</param>
    /// <exception cref="UsageException">What was given is none of its actions, or no key fits it by itself.</exception>
    public static KeyMap Of(EnvId id, Space space, IReadOnlyList<string> given, string? noop)
    {
        var (usual, still) = UsualKeys.Of(id, space);
        if (given.Count == 0 && usual.Count == 0)
        {
            throw new UsageException(
                $"'{id}' takes {space}, for which no keys are usual; name them, for example --keys a=0 d=1, with an action for each key.");
        }

        return new KeyMap(
            space,
            given.Count > 0 ? given.Select(pair => Pair(pair, space)) : usual.Select(pair => (pair.Keys, ValueOf(pair.Action, space)!)),
            noop is not null ? Read("--noop", noop, space) : still is null ? null : ValueOf(still, space));
    }

    /// <summary>The action of a single key; null if it has none.</summary>
    public object? ActionOf(string key) => Find(key) ?? (KeyName.LetterOf(key) is { } letter ? Find(letter) : null);

    /// <summary>What people are told: <c>a 0   d 1</c>.</summary>
    public override string ToString() => string.Join("   ", _actions.Select(pair => $"{pair.Keys} {Text(pair.Action)}"))
        + (Noop is null ? string.Empty : $"   no key {Text(Noop)}");

    /// <summary>An action as JSON has it: a number, or nested lists of numbers.</summary>
    public object? ToJsonable(object action) => ((IEnumerable<object?>)_space.ToJsonable([action])).First();

    private static (string Keys, object Action) Pair(string pair, Space space)
    {
        var equals = pair.LastIndexOf('=');
        if (equals < 1)
        {
            throw new UsageException($"--keys '{pair}': write KEY=ACTION, such as a=0, left=0 or 'a+w=[-1, 0.7, 0]'.");
        }

        var keys = pair[..equals].ToLowerInvariant().Split('+');
        if (keys.FirstOrDefault(key => !KeyName.IsKnown(key)) is { } unknown)
        {
            throw new UsageException($"--keys '{pair}': '{unknown}' is no key; keys are single characters and {KeyName.WordList}, several at a time are joined with '+'.");
        }

        return (string.Join('+', keys), Read($"--keys '{pair}'", pair[(equals + 1)..], space));
    }

    private static object Read(string what, string text, Space space)
    {
        object? action;
        try
        {
            action = PythonLiteral.Parse(text);
        }
        catch (FormatException exception)
        {
            throw new UsageException($"{what}: {exception.Message}", exception);
        }

        return ValueOf(action, space) ?? throw new UsageException($"{what}: '{text}' is no action of {space}.");
    }

    // The action that a number or nested lists of numbers are; null where they are none.
    private static object? ValueOf(object? action, Space space)
    {
        try
        {
            var isWhole = space is not Discrete || action is long;
            return isWhole && space.FromJsonable(new List<object?> { action })[0] is var value && space.Contains(value) ? value : null;
        }
        catch (Exception exception) when (
            exception is ArgumentException or FormatException or InvalidCastException or OverflowException or NullReferenceException)
        {
            return null;
        }
    }

    private object? Find(string key) => _actions.FirstOrDefault(pair => pair.Keys == key).Action;

    private string Text(object action) => Written(ToJsonable(action));

    private static string Written(object? value) =>
        value is IEnumerable<object?> parts ? $"[{string.Join(", ", parts.Select(Written))}]" : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
