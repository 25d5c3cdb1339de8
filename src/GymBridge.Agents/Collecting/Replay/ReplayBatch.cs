using System.Runtime.InteropServices;
using GymBridge.Agents.Actions;
using GymBridge.Spaces;
using static TorchSharp.torch;

namespace GymBridge.Agents.Collecting.Replay;

/// <summary>Transitions drawn from a <see cref="ReplayBuffer"/>, as tensors; made once and filled again.</summary>
public sealed class ReplayBatch : IDisposable
{
    internal ReplayBatch(Space observations, ActionHead head, int features, int size)
    {
        Size = size;
        Rows = new long[size];
        Terminated = new bool[size];
        Truncated = new bool[size];
        ObservationColumns = new Columns(observations, size);
        NextObservationColumns = new Columns(observations, size);
        Observations = zeros(size, features).DetachFromDisposeScope();
        NextObservations = zeros(size, features).DetachFromDisposeScope();
        Actions = zeros([size, head.Width], head.IsContinuous ? ScalarType.Float32 : ScalarType.Int64).DetachFromDisposeScope();
        Rewards = zeros(size).DetachFromDisposeScope();
        Discounts = zeros(size).DetachFromDisposeScope();
        Weights = ones(size).DetachFromDisposeScope();
    }

    /// <summary>B: number of transitions.</summary>
    public int Size { get; }

    /// <summary>[B]; rows of the buffer.</summary>
    public long[] Rows { get; }

    /// <summary>float32 [B, F]; features of the observations that were acted on.</summary>
    public Tensor Observations { get; }

    /// <summary>float32 [B, F]; features of the observations n steps later, final ones where an episode ended.</summary>
    public Tensor NextObservations { get; }

    /// <summary>int64 [B, W], counted from 0, or float32 [B, W]; as the head stores actions.</summary>
    public Tensor Actions { get; }

    /// <summary>float32 [B]; the discounted sum of the rewards of the n steps.</summary>
    public Tensor Rewards { get; }

    /// <summary>float32 [B]; what the value of the next observation counts in a target: gamma^n, and 0 where the episode terminated.</summary>
    public Tensor Discounts { get; }

    /// <summary>float32 [B]; importance weights of prioritised replay, in (0, 1]; ones otherwise.</summary>
    public Tensor Weights { get; }

    /// <summary>[B]; no value lies behind the step.</summary>
    public bool[] Terminated { get; }

    /// <summary>[B]; the episode was cut: the next observation still has a value.</summary>
    public bool[] Truncated { get; }

    internal Columns ObservationColumns { get; }

    internal Columns NextObservationColumns { get; }

    /// <summary>Frees the tensors of the batch.</summary>
    public void Dispose()
    {
        Observations.Dispose();
        NextObservations.Dispose();
        Actions.Dispose();
        Rewards.Dispose();
        Discounts.Dispose();
        Weights.Dispose();
    }

    /// <summary>The elements of a tensor of this batch.</summary>
    internal static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
