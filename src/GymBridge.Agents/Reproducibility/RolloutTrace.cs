namespace GymBridge.Agents.Reproducibility;

/// <summary>The quantities of one rollout in the order in which they arise: what goes in before what comes out.</summary>
/// <param name="Fields">The quantities of a rollout, each [T, N] or [T, N, width].</param>
public sealed record RolloutTrace(IReadOnlyList<TraceField> Fields);
