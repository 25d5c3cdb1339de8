namespace GymBridge.Wrappers.Vector;

/// <summary>Fills the observations outside.</summary>
/// <param name="source">The observations inside.</param>
/// <param name="target">The observations outside.</param>
/// <param name="mask">The lanes of which alone the target may change; empty for all lanes.</param>
internal delegate void ObservationMap(Columns source, Columns target, ReadOnlySpan<bool> mask);
