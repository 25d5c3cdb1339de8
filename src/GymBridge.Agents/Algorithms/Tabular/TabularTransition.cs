namespace GymBridge.Agents;

/// <summary>One step of a lane.</summary>
internal readonly ref struct TabularTransition
{
    /// <summary>Number of the lane, from 0.</summary>
    public required int Lane { get; init; }

    /// <summary>float32 [F]; features of the state before.</summary>
    public required ReadOnlySpan<float> State { get; init; }

    /// <summary>The action, counted from 0.</summary>
    public required long Action { get; init; }

    /// <summary>The reward of the step, undiscounted.</summary>
    public required double Reward { get; init; }

    /// <summary>float32 [F]; features of the state after, the final one where the episode is over.</summary>
    public required ReadOnlySpan<float> Next { get; init; }

    /// <summary>Whether the episode ended by itself: what comes after is worth 0.</summary>
    public required bool Terminated { get; init; }

    /// <summary>Whether the episode is over, by itself or because it was cut: what comes after a cut still counts.</summary>
    public required bool Ended { get; init; }
}
