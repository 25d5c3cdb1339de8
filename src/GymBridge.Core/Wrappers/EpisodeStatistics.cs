using GymBridge.Values;

namespace GymBridge.Wrappers;

/// <summary>Return, length and duration of one episode that has ended.</summary>
/// <param name="Return">Undiscounted sum of rewards.</param>
/// <param name="Length">Number of steps.</param>
/// <param name="Seconds">Wall-clock time from its reset to its end; not part of any result that must reproduce.</param>
public readonly record struct EpisodeStatistics(double Return, int Length, double Seconds)
{
    /// <summary>Back from an info.</summary>
    internal static EpisodeStatistics From(Info info) => new(
        SnapshotFields.Get<double>(info, "r", "an episode"), SnapshotFields.Get<int>(info, "l", "an episode"), SnapshotFields.Get<double>(info, "t", "an episode"));

    /// <summary>As Gymnasium puts it into an info.</summary>
    internal Info ToInfo() => new() { ["r"] = Return, ["l"] = Length, ["t"] = Seconds };
}
