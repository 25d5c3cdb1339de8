namespace GymBridge.Agents.Actions;

/// <summary>A row of numbers for each lane: the actions of one step, as a head makes them and a buffer keeps them.</summary>
/// <remarks>One of the two spans is used, the other is empty: which one, the head says.</remarks>
public readonly ref struct ActionSpan
{
    /// <summary>Indices of actions, or numbers, that a head writes into columns: one of the two is used.</summary>
    /// <param name="indices">int64 [N, W]; of discrete heads, counted from 0.</param>
    /// <param name="values">float32 [N, W]; of continuous heads, as sampled.</param>
    public ActionSpan(Span<long> indices, Span<float> values)
    {
        Indices = indices;
        Values = values;
    }

    /// <summary>int64 [N, W]; of discrete heads, counted from 0.</summary>
    public Span<long> Indices { get; }

    /// <summary>float32 [N, W]; of continuous heads, as sampled: not clipped to the space.</summary>
    public Span<float> Values { get; }
}
