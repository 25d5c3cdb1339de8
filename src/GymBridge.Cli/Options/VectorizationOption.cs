using System.CommandLine;
using GymBridge.Cli.Errors;

namespace GymBridge.Cli.Options;

/// <summary>What the lanes of a run are made of: <c>--vectorization vector_entry_point</c>, by Gymnasium's names.</summary>
internal static class VectorizationOption
{
    private const string VectorEntryPoint = "vector_entry_point";

    private static readonly Dictionary<string, VectorizationMode> ByName = new(StringComparer.Ordinal)
    {
        ["sync"] = VectorizationMode.Sync,
        ["async"] = VectorizationMode.Async,
        [VectorEntryPoint] = VectorizationMode.VectorEntryPoint,
    };

    /// <summary>What can be given.</summary>
    public static IReadOnlyCollection<string> Modes => ByName.Keys;

    public static Option<string?> Mode { get; } = new("--vectorization")
    {
        Description = "What the lanes are made of: sync (single environments in turn), async (at the same time: threads in C#, processes in Python) or vector_entry_point (the environment's own vector form, such as ALE's C++ lanes, which may have other arguments, observations and seeds). By default the native form in C#, sync in Python.",
        HelpName = "MODE",
    };

    /// <summary>Adds the option.</summary>
    public static void AddTo(Command command) => OptionGroup.Add(command, "What the lanes are made of", Mode);

    /// <summary>What was given; null for nothing.</summary>
    /// <exception cref="UsageException">It is none of the three.</exception>
    public static string? Read(ParseResult parsed)
    {
        var mode = parsed.GetValue(Mode);
        _ = Parse(mode);
        return mode;
    }

    /// <summary>How lanes are made; the next episode begins in the step that ends one, where that can be chosen.</summary>
    /// <param name="kwargs">Keyword arguments of the environment.</param>
    /// <param name="mode">What was given, or a run has; null for nothing.</param>
    public static MakeOptions MakeOptions(Info kwargs, string? mode) => new()
    {
        Kwargs = kwargs,
        Vectorization = Parse(mode),

        // All vector forms of Gymnasium know this one, some know no other.
        AutoresetMode = mode == VectorEntryPoint ? AutoresetMode.NextStep : AutoresetMode.SameStep,
    };

    private static VectorizationMode? Parse(string? mode) =>
        mode is null ? null
        : ByName.TryGetValue(mode, out var parsed) ? parsed
        : throw new UsageException($"{Mode.Name} must be one of {string.Join(", ", Modes.Select(known => $"'{known}'"))}, got '{mode}'.");
}
