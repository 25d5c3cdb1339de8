namespace GymBridge.Wrappers;

/// <summary>One finished episode.</summary>
/// <param name="Return">Undiscounted sum of rewards.</param>
/// <param name="Length">Number of steps.</param>
/// <param name="Seconds">Wall-clock time from its reset to its end; not part of any result that must reproduce.</param>
public readonly record struct EpisodeStatistics(double Return, int Length, double Seconds)
{
    /// <summary>As Gymnasium puts it into an info.</summary>
    internal Info ToInfo() => new() { ["r"] = Return, ["l"] = Length, ["t"] = Seconds };
}
