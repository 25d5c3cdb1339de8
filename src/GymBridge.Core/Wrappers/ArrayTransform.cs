using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>A <see cref="LaneTransform"/> between spaces whose values are single arrays or numbers.</summary>
internal abstract class ArrayTransform(Space space) : LaneTransform(space)
{
    /// <inheritdoc/>
    public sealed override void Apply(Columns source, int sourceLane, Columns target, int targetLane) =>
        Apply(source[0].Lane(sourceLane), target[0].Lane(targetLane));

    /// <summary>Fills the bytes of an array from those of another.</summary>
    public abstract void Apply(ReadOnlySpan<byte> source, Span<byte> target);
}
