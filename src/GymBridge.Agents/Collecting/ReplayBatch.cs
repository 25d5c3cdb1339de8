using GymBridge.Agents.Actions;

namespace GymBridge.Agents.Collecting;

/// <summary>Transitions drawn from a <see cref="ReplayBuffer"/>; made once and filled again.</summary>
public sealed class ReplayBatch
{
    internal ReplayBatch(Spaces.Space observations, ActionHead head, int features, int size)
    {
        Size = size;
        Rows = new long[size];
        ObservationColumns = new Columns(observations, size);
        NextObservationColumns = new Columns(observations, size);
        Observations = new float[size * features];
        NextObservations = new float[size * features];
        Indices = head.IsContinuous ? [] : new long[size * head.Width];
        Values = head.IsContinuous ? new float[size * head.Width] : [];
        Rewards = new float[size];
        Terminated = new bool[size];
        Truncated = new bool[size];
    }

    /// <summary>B: number of transitions.</summary>
    public int Size { get; }

    /// <summary>[B]; rows of the buffer.</summary>
    public long[] Rows { get; }

    /// <summary>float32 [B, F]; features of the observations that were acted on.</summary>
    public float[] Observations { get; }

    /// <summary>float32 [B, F]; features of the observations after the action, final ones where an episode ended.</summary>
    public float[] NextObservations { get; }

    /// <summary>int64 [B, W]; actions of a discrete head, counted from 0.</summary>
    public long[] Indices { get; }

    /// <summary>float32 [B, W]; actions of a continuous head.</summary>
    public float[] Values { get; }

    /// <summary>float32 [B].</summary>
    public float[] Rewards { get; }

    /// <summary>[B]; no value lies behind the step.</summary>
    public bool[] Terminated { get; }

    /// <summary>[B]; the episode was cut: the next observation still has a value.</summary>
    public bool[] Truncated { get; }

    internal Columns ObservationColumns { get; }

    internal Columns NextObservationColumns { get; }
}
