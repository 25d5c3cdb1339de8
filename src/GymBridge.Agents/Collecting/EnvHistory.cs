using System.Runtime.InteropServices;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Observations;
using GymBridge.Spaces;

namespace GymBridge.Agents.Collecting;

/// <summary>What was done to an environment since its first reset, to do it again: the way back for environments without snapshots.</summary>
internal sealed class EnvHistory
{
    // Of a Discrete action one byte is kept: at this limit 32 million steps, which CartPole replays in seconds.
    private const int MostBytes = 32 << 20;
    private const byte StepTag = 1;
    private const byte ResetTag = 2;

    private readonly int _stepBytes;
    private readonly Discrete? _packed;
    private List<byte> _events = [];

    /// <param name="actions">Columns of the environment's actions.</param>
    /// <param name="isNeeded">Whether there is no other way back.</param>
    public EnvHistory(Columns actions, bool isNeeded)
    {
        _packed = actions.Space is Discrete { N: <= 256 } discrete ? discrete : null;
        _stepBytes = _packed is not null ? actions.Lanes : Sum(actions);
        IsComplete = isNeeded && !actions.AsSpan().ToArray().Any(column => column.Leaf.IsVariable);
    }

    /// <summary>Whether all of it is remembered.</summary>
    public bool IsComplete { get; private set; }

    public void AddReset() => Add(1, ResetTag);

    public void AddStep(Columns actions)
    {
        if (!Add(1 + _stepBytes, StepTag))
        {
            return;
        }

        var start = _events.Count;
        CollectionsMarshal.SetCount(_events, start + _stepBytes);
        Pack(actions, CollectionsMarshal.AsSpan(_events)[start..]);
    }

    public void Exchange(StateArchive archive)
    {
        var bytes = archive.Bytes("env/history", _events, MostBytes);
        if (archive.IsLoading)
        {
            _events = [.. bytes];
        }
    }

    /// <summary>Does everything again; the environment has just been reset with its seeds.</summary>
    /// <exception cref="InvalidDataException">The history is damaged.</exception>
    public void Replay(VectorEnv env, VectorStep step, Columns actions)
    {
        var events = CollectionsMarshal.AsSpan(_events);
        while (events.Length > 0)
        {
            if (events[0] == ResetTag)
            {
                env.Reset(step);
                events = events[1..];
                continue;
            }

            if (events[0] != StepTag || events.Length < 1 + _stepBytes)
            {
                throw new InvalidDataException("The checkpoint's history of the environment is damaged, or the environment has another number of lanes or other actions.");
            }

            Unpack(events.Slice(1, _stepBytes), actions);
            env.Step(actions, step);
            events = events[(1 + _stepBytes)..];
        }
    }

    private bool Add(int bytes, byte tag)
    {
        if (!IsComplete)
        {
            return false;
        }

        if (_events.Count + bytes > MostBytes)
        {
            IsComplete = false;
            _events = [];
            return false;
        }

        _events.Add(tag);
        return true;
    }

    private void Pack(Columns actions, Span<byte> target)
    {
        if (_packed is not null)
        {
            for (var lane = 0; lane < actions.Lanes; lane++)
            {
                target[lane] = (byte)(LaneNumbers.ReadInteger(actions[0].Lane(lane), _packed.DType, 0) - _packed.Start);
            }

            return;
        }

        foreach (var column in actions.AsSpan())
        {
            column.Bytes.CopyTo(target);
            target = target[column.Bytes.Length..];
        }
    }

    private void Unpack(ReadOnlySpan<byte> source, Columns actions)
    {
        if (_packed is not null)
        {
            for (var lane = 0; lane < actions.Lanes; lane++)
            {
                LaneNumbers.WriteInteger(actions[0].Lane(lane), _packed.DType, 0, _packed.Start + source[lane]);
            }

            return;
        }

        foreach (var column in actions.AsSpan())
        {
            source[..column.Bytes.Length].CopyTo(column.Bytes);
            source = source[column.Bytes.Length..];
        }
    }

    private static int Sum(Columns actions)
    {
        var sum = 0;
        foreach (var column in actions.AsSpan())
        {
            sum += column.Bytes.Length;
        }

        return sum;
    }
}
