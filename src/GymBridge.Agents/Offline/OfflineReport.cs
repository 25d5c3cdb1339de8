namespace GymBridge.Agents.Offline;

/// <summary>What offline learning came to.</summary>
/// <param name="Policy">The policy; the caller's to dispose.</param>
/// <param name="Losses">Mean loss of each epoch.</param>
public sealed record OfflineReport(Policy Policy, IReadOnlyList<double> Losses);
