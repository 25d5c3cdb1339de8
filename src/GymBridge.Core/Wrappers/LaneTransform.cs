using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>
/// What a wrapper does to one observation or action, from a lane of columns to a lane of others: the one home of its arithmetic,
/// used by the wrapper of single environments and by that of vector environments.
/// </summary>
/// <remarks>Allocates nothing for values of a fixed size. May keep scratch memory, so one thread at a time.</remarks>
internal abstract class LaneTransform(Space space)
{
    /// <summary>The space that the wrapper shows outside: of the results for observations, of what comes in for actions.</summary>
    public Space Space { get; } = space;

    /// <summary>Fills lane <paramref name="targetLane"/> of the target.</summary>
    public abstract void Apply(Columns source, int sourceLane, Columns target, int targetLane);

    /// <summary>Fills each lane of the target from the same lane of the source.</summary>
    /// <param name="source">What comes in.</param>
    /// <param name="target">The results.</param>
    /// <param name="mask">The lanes that change; empty for all.</param>
    public void ApplyToLanes(Columns source, Columns target, ReadOnlySpan<bool> mask)
    {
        for (var lane = 0; lane < target.Lanes; lane++)
        {
            if (mask.IsEmpty || mask[lane])
            {
                Apply(source, lane, target, lane);
            }
        }
    }
}
