using System.Runtime.InteropServices;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Observations;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Agents.Collecting;

/// <summary>A ring of transitions for methods that learn from old experience: adding and drawing take the same time however full it is.</summary>
/// <remarks>Observations are kept in their own element type, an image's byte as one byte, and the next observation beside each: nothing is
/// read across the head of the ring. Not thread-safe.</remarks>
public sealed class ReplayBuffer : IDisposable
{
    private readonly Space _observations;
    private readonly ObservationEncoder _encoder;
    private readonly ActionHead _head;
    private readonly RingMemory _memory;
    private readonly int _observationBytes;
    private readonly int _actionBytes;

    /// <summary>An empty buffer.</summary>
    /// <param name="observations">The observations of one lane; all of fixed size.</param>
    /// <param name="encoder">Turns them into features when they are drawn.</param>
    /// <param name="head">Says how an action is stored.</param>
    /// <param name="capacity">Transitions that it holds; the oldest goes when it is full.</param>
    /// <param name="path">A file to keep it in, for buffers larger than memory; made anew. Null keeps it in memory.</param>
    /// <exception cref="ArgumentException">It would not fit in memory.</exception>
    public ReplayBuffer(Space observations, ObservationEncoder encoder, ActionHead head, int capacity, string? path = null)
    {
        ArgumentNullException.ThrowIfNull(observations);
        ArgumentNullException.ThrowIfNull(head);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_observations, _encoder, _head, Capacity) = (observations, encoder, head, capacity);
        _observationBytes = observations.Leaves.Sum(leaf => leaf.Bytes);
        _actionBytes = head.Width * (head.IsContinuous ? sizeof(float) : sizeof(long));
        RowBytes = (2 * _observationBytes) + _actionBytes + sizeof(double) + 2;
        _memory = new RingMemory(capacity, RowBytes, path);
    }

    /// <summary>Transitions that it holds at most.</summary>
    public int Capacity { get; }

    /// <summary>Transitions that it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Row that the next transition goes to.</summary>
    public int Head { get; private set; }

    /// <summary>Bytes of one transition; the whole buffer is <see cref="Capacity"/> times as large.</summary>
    public int RowBytes { get; }

    /// <summary>A batch that fits this buffer.</summary>
    public ReplayBatch CreateBatch(int size) => new(_observations, _head, _encoder.Features, size);

    /// <summary>Adds a transition.</summary>
    /// <param name="observations">Columns with the observation that was acted on.</param>
    /// <param name="next">Columns with the observation after the action, the final one where the episode ended.</param>
    /// <param name="lane">Lane in both.</param>
    /// <param name="actions">The actions of all lanes.</param>
    /// <param name="reward">The reward.</param>
    /// <param name="terminated">Whether the step reached an end of the task.</param>
    /// <param name="truncated">Whether the step was cut from outside.</param>
    /// <returns>Its row.</returns>
    public int Add(Columns observations, Columns next, int lane, ActionSpan actions, double reward, bool terminated, bool truncated)
    {
        var added = Head;
        var row = _memory.Row(added);
        CopyLane(observations, lane, row[.._observationBytes]);
        CopyLane(next, lane, row.Slice(_observationBytes, _observationBytes));
        var action = _head.IsContinuous ? MemoryMarshal.AsBytes(actions.Values) : MemoryMarshal.AsBytes(actions.Indices);
        action.Slice(lane * _actionBytes, _actionBytes).CopyTo(row[(2 * _observationBytes)..]);
        var tail = row[((2 * _observationBytes) + _actionBytes)..];
        MemoryMarshal.Write(tail, reward);
        tail[sizeof(double)] = terminated ? (byte)1 : (byte)0;
        tail[sizeof(double) + 1] = truncated ? (byte)1 : (byte)0;
        Head = (Head + 1) % Capacity;
        Count = Math.Min(Count + 1, Capacity);
        return added;
    }

    /// <summary>Draws transitions uniformly, with replacement.</summary>
    /// <exception cref="InvalidOperationException">The buffer is empty.</exception>
    public void Sample(Rng stream, ReplayBatch batch)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(batch);
        if (Count == 0)
        {
            throw new InvalidOperationException("The replay buffer is empty; add transitions before drawing from it.");
        }

        for (var i = 0; i < batch.Size; i++)
        {
            batch.Rows[i] = stream.Integers(0, Count);
        }

        Gather(batch);
    }

    /// <summary>Fills a batch with the transitions in its <see cref="ReplayBatch.Rows"/>.</summary>
    public void Gather(ReplayBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var action = _head.IsContinuous ? MemoryMarshal.AsBytes(batch.Values.AsSpan()) : MemoryMarshal.AsBytes(batch.Indices.AsSpan());
        for (var i = 0; i < batch.Size; i++)
        {
            var row = _memory.Row(batch.Rows[i]);
            SetLane(row[.._observationBytes], batch.ObservationColumns, i);
            SetLane(row.Slice(_observationBytes, _observationBytes), batch.NextObservationColumns, i);
            row.Slice(2 * _observationBytes, _actionBytes).CopyTo(action[(i * _actionBytes)..]);
            var tail = row[((2 * _observationBytes) + _actionBytes)..];
            batch.Rewards[i] = (float)MemoryMarshal.Read<double>(tail);
            batch.Terminated[i] = tail[sizeof(double)] != 0;
            batch.Truncated[i] = tail[sizeof(double) + 1] != 0;
        }

        _encoder.Encode(batch.ObservationColumns, batch.Observations);
        _encoder.Encode(batch.NextObservationColumns, batch.NextObservations);
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    internal void Exchange(StateArchive archive)
    {
        Count = (int)archive.Number("replay/count", Count);
        Head = (int)archive.Number("replay/head", Head);
        if (Count < 0 || Count > Capacity || Head < 0 || Head >= Capacity)
        {
            throw new InvalidDataException($"The checkpoint's replay buffer has {Count} transitions and head {Head}, which do not fit a capacity of {Capacity}.");
        }

        archive.Rows("replay/transitions", Count, RowBytes, row => _memory.Row(row));
    }

    private static void CopyLane(Columns columns, int lane, Span<byte> target)
    {
        foreach (var column in columns.AsSpan())
        {
            var bytes = column.Lane(lane);
            bytes.CopyTo(target);
            target = target[bytes.Length..];
        }
    }

    private static void SetLane(ReadOnlySpan<byte> source, Columns columns, int lane)
    {
        foreach (var column in columns.AsSpan())
        {
            var bytes = column.Lane(lane);
            source[..bytes.Length].CopyTo(bytes);
            source = source[bytes.Length..];
        }
    }
}
