using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Wrappers;

/// <summary>The last observations of a lane one after the other, the oldest first.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/stateful_observation.py</c> 1.4.0, <c>FrameStackObservation</c>.</remarks>
internal sealed class FrameStacking : IObservationStage
{
    /// <summary>Its name in states.</summary>
    public const string StageName = "frame_stack";

    private readonly int _size;
    private readonly bool _padsWithZeros;

    /// <summary>Stacks observations of a space.</summary>
    /// <param name="space">One observation.</param>
    /// <param name="size">Number of observations, at least 1.</param>
    /// <param name="padsWithZeros">What stands for observations before the reset: zeros, or the first observation.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive.</exception>
    /// <exception cref="NotSupportedException">An observation has no fixed size.</exception>
    public FrameStacking(Space space, int size, bool padsWithZeros)
    {
        ThrowIfNotPositive(size);
        (_size, _padsWithZeros) = (size, padsWithZeros);
        Space = space.Batch(size);
        var (one, all) = (space.Leaves, Space.Leaves);
        if (one.Length != all.Length || one.Any(leaf => leaf.IsVariable) || one.Zip(all).Any(pair => pair.First.Bytes * size != pair.Second.Bytes))
        {
            throw new NotSupportedException($"Observations of {space} have no fixed size and cannot be stacked lane by lane; stack them in the single environments.");
        }
    }

    /// <inheritdoc/>
    public string Name => StageName;

    /// <inheritdoc/>
    public Space Space { get; }

    /// <inheritdoc/>
    public override string ToString() => $"FrameStack({_size})";

    /// <inheritdoc/>
    public Normalization? Normalization => null;

    /// <inheritdoc/>
    public bool HasMemory => _size > 1;

    /// <summary>Throws unless there is something to stack.</summary>
    public static void ThrowIfNotPositive(int stackSize)
    {
        if (stackSize < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(stackSize), stackSize, $"The stack_size needs to be greater than zero, actual value: {stackSize}");
        }
    }

    /// <summary>Makes a stage of what <see cref="Save"/> gave.</summary>
    public static FrameStacking Load(Space space, Info state) => new(
        space, checked((int)SnapshotFields.Get<long>(state, "size", StageName)), SnapshotFields.Get<bool>(state, "pads_with_zeros", StageName));

    /// <inheritdoc/>
    public Info Save() => new() { ["size"] = (long)_size, ["pads_with_zeros"] = _padsWithZeros };

    /// <inheritdoc/>
    public void Apply(Columns source, Columns target, ReadOnlySpan<bool> starts)
    {
        for (var lane = 0; lane < source.Lanes; lane++)
        {
            Push(source, target, lane, starts[lane]);
        }
    }

    /// <summary>Puts the newest observation of a lane on its stack.</summary>
    public void Push(Columns source, Columns stack, int lane, bool isStart)
    {
        for (var i = 0; i < source.Count; i++)
        {
            var newest = source[i].Lane(lane);
            var frames = stack[i].Lane(lane);
            if (!isStart)
            {
                frames[newest.Length..].CopyTo(frames);
            }
            else if (_padsWithZeros)
            {
                frames.Clear();
            }
            else
            {
                for (var frame = 0; frame < _size - 1; frame++)
                {
                    newest.CopyTo(frames[(frame * newest.Length)..]);
                }
            }

            newest.CopyTo(frames[^newest.Length..]);
        }
    }
}
