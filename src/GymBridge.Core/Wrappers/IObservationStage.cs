using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>What one wrapper does to observations, without its environment.</summary>
internal interface IObservationStage
{
    /// <summary>Its name in states.</summary>
    string Name { get; }

    /// <summary>The observations that come out.</summary>
    Space Space { get; }

    /// <summary>What it has learnt; null where it learns nothing.</summary>
    Normalization? Normalization { get; }

    /// <summary>Whether an observation depends on those before it.</summary>
    bool HasMemory { get; }

    /// <summary>Fills the observations outside, and learns nothing from them.</summary>
    /// <param name="source">The observations inside.</param>
    /// <param name="target">What the last call filled; it is the memory.</param>
    /// <param name="starts">The lanes whose observation is the first of an episode.</param>
    void Apply(Columns source, Columns target, ReadOnlySpan<bool> starts);

    /// <summary>Everything that is needed to make it again.</summary>
    Info Save();
}
