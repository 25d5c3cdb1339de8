using System.Runtime.InteropServices;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Observations;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Agents.Collecting.Replay;

/// <summary>A ring of transitions for methods that learn from old experience: adding and drawing take the same time however full it is.</summary>
/// <remarks>Observations are kept in their own element type, an image's byte as one byte, and the next observation beside each: nothing is
/// read across the head of the ring. Of images each frame is kept once, however many stacks and transitions it is in. Not thread-safe.</remarks>
public sealed class ReplayBuffer : IDisposable
{
    /// <summary>Steps that a transition may span.</summary>
    public const int MaxSteps = byte.MaxValue;

    private const byte TerminatedFlag = 1;
    private const byte TruncatedFlag = 2;

    private readonly Space _observations;
    private readonly ObservationEncoder _encoder;
    private readonly ActionHead _head;
    private readonly RingMemory _memory;
    private readonly ObservationStore _store;
    private readonly float[] _discounts;
    private readonly int _observationBytes;
    private readonly int _actionBytes;

    /// <summary>An empty ring of transitions, whose memory is taken at once.</summary>
    /// <param name="observations">The observations of one lane; all of fixed size.</param>
    /// <param name="encoder">Turns them into features when they are drawn.</param>
    /// <param name="head">Says how an action is stored.</param>
    /// <param name="capacity">Transitions that it holds; the oldest goes when it is full.</param>
    /// <param name="gamma">Discount per step.</param>
    /// <param name="priorities">What is drawn how often; null draws uniformly.</param>
    /// <param name="folder">A folder to keep it in as a file, for buffers larger than memory; the file goes away with the buffer. Null keeps it in memory.</param>
    /// <exception cref="ArgumentException">It would not fit in memory.</exception>
    /// <exception cref="IOException">The file would not fit on the disk.</exception>
    public ReplayBuffer(
        Space observations, ObservationEncoder encoder, ActionHead head, int capacity, double gamma, ReplayPriorities? priorities = null, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(observations);
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(head);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_observations, _encoder, _head, Capacity, Gamma, Priorities) = (observations, encoder, head, capacity, gamma, priorities);
        _store = new ObservationStore(observations, capacity, folder);
        _observationBytes = _store.KeyBytes;
        _actionBytes = head.Width * (head.IsContinuous ? sizeof(float) : sizeof(long));
        StartBytes = _observationBytes + _actionBytes;
        RowBytes = StartBytes + _observationBytes + sizeof(double) + 2;
        _discounts = [.. Enumerable.Range(0, MaxSteps + 1).Select(steps => (float)Math.Pow(gamma, steps))];
        _memory = new RingMemory(capacity, RowBytes, folder);
    }

    /// <summary>Transitions that it holds at most.</summary>
    public int Capacity { get; }

    /// <summary>Transitions that it holds, at most <see cref="Capacity"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Row that the next transition goes to.</summary>
    public int Head { get; private set; }

    /// <summary>Discount of rewards per step, within the n-step returns.</summary>
    public double Gamma { get; }

    /// <summary>What is drawn how often; null of a buffer that draws uniformly.</summary>
    public ReplayPriorities? Priorities { get; }

    /// <summary>Bytes of one transition without its images; the rows of the buffer are <see cref="Capacity"/> times as large.</summary>
    public int RowBytes { get; }

    /// <summary>Bytes of the transitions that it holds, images included.</summary>
    public long HeldBytes => ((long)Count * RowBytes) + _store.FrameBytes;

    /// <summary>Bytes of what a transition starts with: observation and action.</summary>
    internal int StartBytes { get; }

    /// <summary>A batch that fits this buffer.</summary>
    public ReplayBatch CreateBatch(int size) => new(_observations, _head, _encoder.Features, size);

    /// <summary>Adds a transition of one step.</summary>
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
        ArgumentNullException.ThrowIfNull(observations);
        ArgumentNullException.ThrowIfNull(next);
        Free(Head);
        WriteStart(_memory.Row(Head)[..StartBytes], observations, lane, actions);
        return Complete(next, lane, reward, 1, terminated, truncated);
    }

    /// <summary>Draws transitions, with replacement: uniformly, or by their priorities.</summary>
    /// <param name="stream">The random stream.</param>
    /// <param name="batch">Filled.</param>
    /// <param name="beta">Exponent of the importance weights where there are priorities.</param>
    /// <exception cref="InvalidOperationException">The buffer is empty.</exception>
    public void Sample(Rng stream, ReplayBatch batch, double beta = 0)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(batch);
        if (Count == 0)
        {
            throw new InvalidOperationException("The replay buffer is empty; add transitions before drawing from it.");
        }

        if (Priorities is not null)
        {
            Priorities.Sample(stream, Count, beta, batch.Rows, ReplayBatch.Floats(batch.Weights));
        }
        else
        {
            for (var i = 0; i < batch.Size; i++)
            {
                batch.Rows[i] = stream.Integers(0, Count);
            }
        }

        Gather(batch);
    }

    /// <summary>Takes over the TD errors of a batch as its priorities; nothing to do where there are none.</summary>
    /// <param name="batch">As it was drawn.</param>
    /// <param name="errors">float32 [B]; their sign does not count.</param>
    public void UpdatePriorities(ReplayBatch batch, ReadOnlySpan<float> errors)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Priorities?.Update(batch.Rows, errors);
    }

    /// <summary>Fills a batch with the transitions in its <see cref="ReplayBatch.Rows"/>.</summary>
    public void Gather(ReplayBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var actions = batch.Actions.bytes;
        var rewards = ReplayBatch.Floats(batch.Rewards);
        var discounts = ReplayBatch.Floats(batch.Discounts);
        for (var i = 0; i < batch.Size; i++)
        {
            var row = _memory.Row(batch.Rows[i]);
            _store.Get(row[.._observationBytes], batch.ObservationColumns, i);
            row.Slice(_observationBytes, _actionBytes).CopyTo(actions[(i * _actionBytes)..]);
            _store.Get(row.Slice(StartBytes, _observationBytes), batch.NextObservationColumns, i);
            var tail = row[(StartBytes + _observationBytes)..];
            var flags = tail[sizeof(double) + 1];
            rewards[i] = (float)MemoryMarshal.Read<double>(tail);
            batch.Terminated[i] = (flags & TerminatedFlag) != 0;
            batch.Truncated[i] = (flags & TruncatedFlag) != 0;

            // A terminated step has no future. A truncated one has: only the flag of the last of its steps counts.
            discounts[i] = batch.Terminated[i] ? 0 : _discounts[tail[sizeof(double)]];
        }

        _encoder.Encode(batch.ObservationColumns, ReplayBatch.Floats(batch.Observations));
        _encoder.Encode(batch.NextObservationColumns, ReplayBatch.Floats(batch.NextObservations));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory.Dispose();
        _store.Dispose();
    }

    /// <summary>Writes what a transition starts with; it goes into one transition, or to <see cref="FreeStart"/>.</summary>
    internal void WriteStart(Span<byte> start, Columns observations, int lane, ActionSpan actions)
    {
        _store.Put(observations, lane, start[.._observationBytes]);
        var action = _head.IsContinuous ? MemoryMarshal.AsBytes(actions.Values) : MemoryMarshal.AsBytes(actions.Indices);
        action.Slice(lane * _actionBytes, _actionBytes).CopyTo(start[_observationBytes..]);
    }

    /// <summary>Lets go of a start that goes into no transition.</summary>
    internal void FreeStart(ReadOnlySpan<byte> start) => _store.Release(start[.._observationBytes]);

    /// <summary>Throws where a start that was loaded does not fit.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    internal void CheckStart(ReadOnlySpan<byte> start) => _store.Check(start[.._observationBytes]);

    /// <summary>Adds a transition of several steps.</summary>
    /// <param name="start">What <see cref="WriteStart"/> wrote.</param>
    /// <param name="next">Columns with the observation after the last step, the final one where the episode ended.</param>
    /// <param name="lane">Lane in <paramref name="next"/>.</param>
    /// <param name="reward">The discounted sum of the rewards.</param>
    /// <param name="steps">Number of steps.</param>
    /// <param name="terminated">Whether the last step reached an end of the task.</param>
    /// <param name="truncated">Whether the last step was cut from outside.</param>
    internal void Add(ReadOnlySpan<byte> start, Columns next, int lane, double reward, int steps, bool terminated, bool truncated)
    {
        Free(Head);
        start.CopyTo(_memory.Row(Head));
        Complete(next, lane, reward, steps, terminated, truncated);
    }

    /// <summary>Saves or loads what it holds.</summary>
    internal void Exchange(StateArchive archive)
    {
        Count = checked((int)archive.Number("replay/count", Count));
        Head = checked((int)archive.Number("replay/head", Head));
        if (Count < 0 || Count > Capacity || Head < 0 || Head >= Capacity)
        {
            throw new InvalidDataException($"The checkpoint's replay buffer has {Count} transitions and head {Head}, which do not fit a capacity of {Capacity}.");
        }

        archive.Rows("replay/transitions", Count, RowBytes, row => _memory.Row(row));
        _store.Exchange(archive);
        for (var row = 0; archive.IsLoading && row < Count; row++)
        {
            _store.Check(_memory.Row(row)[.._observationBytes]);
            _store.Check(_memory.Row(row).Slice(StartBytes, _observationBytes));
        }

        Priorities?.Exchange(archive, Count);
    }

    private int Complete(Columns next, int lane, double reward, int steps, bool terminated, bool truncated)
    {
        var added = Head;
        var row = _memory.Row(added);
        _store.Put(next, lane, row.Slice(StartBytes, _observationBytes));
        var tail = row[(StartBytes + _observationBytes)..];
        MemoryMarshal.Write(tail, reward);
        tail[sizeof(double)] = checked((byte)steps);
        tail[sizeof(double) + 1] = (byte)((terminated ? TerminatedFlag : 0) | (truncated ? TruncatedFlag : 0));
        Head = (Head + 1) % Capacity;
        Count = Math.Min(Count + 1, Capacity);
        Priorities?.Add(added);
        return added;
    }

    // The row is written over.
    private void Free(int row)
    {
        if (Count == Capacity)
        {
            _store.Release(_memory.Row(row)[.._observationBytes]);
            _store.Release(_memory.Row(row).Slice(StartBytes, _observationBytes));
        }
    }
}
