using System.Runtime.InteropServices;
using GymBridge.Agents.Checkpoints;

namespace GymBridge.Agents.Collecting.Replay;

/// <summary>Frames of one size, each kept as long as somebody holds it. A lane's new frames are compared with its last ones, so that the
/// frames which a stack has in common with the stack before it are kept once.</summary>
internal sealed class FramePool : IDisposable
{
    private const int ChunkBytes = 1 << 25;

    private readonly int _frameBytes;
    private readonly int _frames;
    private readonly int _chunkFrames;
    private readonly string? _folder;
    private readonly List<RingMemory> _chunks = [];
    private readonly List<int> _holders = [];
    private readonly Stack<int> _free = [];
    private readonly List<int[]> _last = [];

    /// <param name="frameBytes">Bytes of a frame.</param>
    /// <param name="frames">S: frames of an observation.</param>
    /// <param name="folder">Where to keep them in files; null keeps them in memory.</param>
    public FramePool(int frameBytes, int frames, string? folder)
    {
        (_frameBytes, _frames, _folder) = (frameBytes, frames, folder);
        _chunkFrames = Math.Max(1, ChunkBytes / frameBytes);
    }

    /// <summary>Bytes of an observation's key: the numbers of its frames.</summary>
    public int KeyBytes => _frames * sizeof(int);

    /// <summary>Bytes of the frames that are kept, with their bookkeeping.</summary>
    public long Bytes => (_holders.Count - _free.Count) * ((long)_frameBytes + sizeof(int));

    /// <summary>Takes the frames of an observation and writes their numbers.</summary>
    public void Put(ReadOnlySpan<byte> observation, int lane, Span<byte> key)
    {
        while (_last.Count <= lane)
        {
            _last.Add([]);
        }

        var numbers = MemoryMarshal.Cast<byte, int>(key);
        var last = _last[lane];
        for (var i = 0; i < _frames; i++)
        {
            var frame = observation.Slice(i * _frameBytes, _frameBytes);
            numbers[i] = Find(frame, i, last, numbers[..i]) is >= 0 and var known ? known : Add(frame);
            _holders[numbers[i]]++;
        }

        // The lane holds its last frames itself: they are compared with although their transition may have gone.
        Hold(numbers);
        Let(last);
        if (last.Length == 0)
        {
            _last[lane] = last = new int[_frames];
        }

        numbers.CopyTo(last);
    }

    /// <summary>Writes the frames of a key.</summary>
    public void Get(ReadOnlySpan<byte> key, Span<byte> observation)
    {
        var numbers = MemoryMarshal.Cast<byte, int>(key);
        for (var i = 0; i < _frames; i++)
        {
            Frame(numbers[i]).CopyTo(observation.Slice(i * _frameBytes, _frameBytes));
        }
    }

    /// <summary>Lets go of the frames of a key.</summary>
    public void Release(ReadOnlySpan<byte> key) => Let(MemoryMarshal.Cast<byte, int>(key));

    public void Dispose()
    {
        foreach (var chunk in _chunks)
        {
            chunk.Dispose();
        }
    }

    /// <summary>Saves or loads the frames and who holds them.</summary>
    public void Exchange(StateArchive archive, string name)
    {
        foreach (var last in _last)
        {
            Let(last);
        }

        _last.Clear();
        var count = checked((int)archive.Number($"{name}/count", _holders.Count));
        if (archive.IsLoading)
        {
            _holders.Clear();
            _free.Clear();
            for (var i = 0; i < count; i++)
            {
                _holders.Add(0);
                Reserve(i);
            }
        }

        archive.Span($"{name}/holders", MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_holders)));
        archive.Rows($"{name}/frames", count, _frameBytes, row => Frame((int)row));
        if (archive.IsLoading)
        {
            for (var i = count - 1; i >= 0; i--)
            {
                if (_holders[i] <= 0)
                {
                    _holders[i] = 0;
                    _free.Push(i);
                }
            }
        }
    }

    /// <summary>Throws where a key that was loaded names frames that are not there.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public void Check(ReadOnlySpan<byte> key)
    {
        foreach (var number in MemoryMarshal.Cast<byte, int>(key))
        {
            if ((uint)number >= _holders.Count || _holders[number] == 0)
            {
                throw new InvalidDataException("The checkpoint's replay buffer names frames that it does not hold; it is damaged.");
            }
        }
    }

    // In a stack that moved on by one frame the next one of the last stack is the same; in one that stood still, the same one.
    private int Find(ReadOnlySpan<byte> frame, int index, ReadOnlySpan<int> last, ReadOnlySpan<int> own)
    {
        for (var i = 0; i < last.Length; i++)
        {
            var number = last[(index + 1 + i) % last.Length];
            if (Frame(number).SequenceEqual(frame))
            {
                return number;
            }
        }

        for (var i = own.Length - 1; i >= 0; i--)
        {
            if (Frame(own[i]).SequenceEqual(frame))
            {
                return own[i];
            }
        }

        return -1;
    }

    private int Add(ReadOnlySpan<byte> frame)
    {
        if (!_free.TryPop(out var number))
        {
            number = _holders.Count;
            Reserve(number);
            _holders.Add(0);
        }

        frame.CopyTo(Frame(number));
        return number;
    }

    private void Reserve(int number)
    {
        if (number / _chunkFrames >= _chunks.Count)
        {
            _chunks.Add(new RingMemory(_chunkFrames, _frameBytes, _folder));
        }
    }

    private void Hold(ReadOnlySpan<int> numbers)
    {
        foreach (var number in numbers)
        {
            _holders[number]++;
        }
    }

    private void Let(ReadOnlySpan<int> numbers)
    {
        foreach (var number in numbers)
        {
            if (--_holders[number] == 0)
            {
                _free.Push(number);
            }
        }
    }

    private Span<byte> Frame(int number) => _chunks[number / _chunkFrames].Row(number % _chunkFrames);
}
