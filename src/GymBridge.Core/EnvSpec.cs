using System.Collections.Immutable;
using GymBridge.Checking;
using GymBridge.Errors;

namespace GymBridge;

/// <summary>What a registry knows of an environment (<c>gymnasium.envs.registration.EnvSpec</c>).</summary>
/// <remarks>
/// Equal specifications hold equal values, deep inside the arguments and wrappers too. Entry points are records: Python
/// loads an environment by the text <c>module:attribute</c>, a C# registry calls the factory that was registered beside the
/// specification. So the text is null for an environment written in C#, names the class for one that Python told of, goes
/// through <see cref="ToJson"/> and <see cref="FromJson"/> unchanged, and is never loaded here.
/// </remarks>
public sealed partial record EnvSpec
{
    /// <summary>The id without module: <c>CartPole-v1</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Where Python finds the environment, <c>module:attribute</c>; null for one written in C#.</summary>
    public string? EntryPoint { get; init; }

    /// <summary>Mean return from which the task counts as solved; null if it has none.</summary>
    public double? RewardThreshold { get; init; }

    /// <summary>Whether equal seeds may give different episodes.</summary>
    public bool Nondeterministic { get; init; }

    /// <summary>Steps after which an episode is truncated; null for no limit.</summary>
    public int? MaxEpisodeSteps { get; init; }

    /// <summary>Whether a step before the first reset is refused.</summary>
    public bool OrderEnforce { get; init; } = true;

    /// <summary>Whether the environment is made without the passive checker.</summary>
    public bool DisableEnvChecker { get; init; }

    /// <summary>Keyword arguments that the environment was registered and made with.</summary>
    public Info Kwargs { get; init; } = Info.Empty;

    /// <summary>Wrappers beyond those that the other members ask for, the innermost first.</summary>
    public ImmutableArray<WrapperSpec> AdditionalWrappers { get; init; } = [];

    /// <summary>Where Python finds the native vector environment; null for one written in C#, or none.</summary>
    public string? VectorEntryPoint { get; init; }

    /// <summary>The namespace of <see cref="Id"/>; null for none.</summary>
    /// <exception cref="EnvironmentNotFoundException">The id is malformed.</exception>
    public string? Namespace => EnvId.Parse(Id).Namespace;

    /// <summary>The name of <see cref="Id"/>, without namespace and version.</summary>
    /// <exception cref="EnvironmentNotFoundException">The id is malformed.</exception>
    public string Name => EnvId.Parse(Id).Name;

    /// <summary>The version of <see cref="Id"/>; null for none.</summary>
    /// <exception cref="EnvironmentNotFoundException">The id is malformed.</exception>
    public int? Version => EnvId.Parse(Id).Version;

    /// <summary>Whether the other holds the same values.</summary>
    public bool Equals(EnvSpec? other) =>
        other is not null
        && (Id, EntryPoint, RewardThreshold, Nondeterministic, MaxEpisodeSteps, OrderEnforce, DisableEnvChecker, VectorEntryPoint)
            == (other.Id, other.EntryPoint, other.RewardThreshold, other.Nondeterministic, other.MaxEpisodeSteps, other.OrderEnforce,
                other.DisableEnvChecker, other.VectorEntryPoint)
        && ValueEquality.AreEqual(Kwargs, other.Kwargs)
        && AdditionalWrappers.SequenceEqual(other.AdditionalWrappers);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, RewardThreshold, MaxEpisodeSteps);
}
