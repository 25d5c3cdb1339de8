using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Observations;
using GymBridge.Spaces;

namespace GymBridge.Agents.Collecting.Replay;

/// <summary>Keeps observations under keys of a fixed size: images as single frames in a <see cref="FramePool"/>, everything else in the
/// key itself.</summary>
internal sealed class ObservationStore : IDisposable
{
    // Below that the numbers of the frames would take as much as the frames.
    private const int LeastFrameBytes = 256;

    private readonly FramePool?[] _pools;
    private readonly int[] _sizes;

    /// <param name="space">The observations; all of fixed size.</param>
    /// <param name="capacity">Transitions that are to be kept.</param>
    /// <param name="folder">Where to keep frames in files; null keeps them in memory.</param>
    /// <exception cref="ArgumentException">They would not fit in memory.</exception>
    public ObservationStore(Space space, int capacity, string? folder)
    {
        var frames = FramesOf(space);
        var needed = 0L;
        _pools = new FramePool?[space.Leaves.Length];
        _sizes = new int[space.Leaves.Length];
        for (var i = 0; i < _pools.Length; i++)
        {
            var bytes = space.Leaves[i].Bytes;
            if (frames[i] > 0)
            {
                _pools[i] = new FramePool(bytes / frames[i], frames[i], folder);
                needed += (long)capacity * (bytes / frames[i]);
            }

            _sizes[i] = _pools[i]?.KeyBytes ?? bytes;
        }

        KeyBytes = _sizes.Sum();
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (folder is null && needed > available)
        {
            throw new ArgumentException(
                $"A replay buffer of {capacity} transitions takes {needed >> 20} MiB for their images, the machine has {available >> 20} MiB; choose a smaller BufferSize, or keep it in a file (BufferFolder).");
        }
    }

    /// <summary>Bytes of a key.</summary>
    public int KeyBytes { get; }

    /// <summary>Bytes of the frames that are kept.</summary>
    public long FrameBytes => _pools.Sum(pool => pool?.Bytes ?? 0);

    /// <summary>Whether a space holds images that are kept as frames.</summary>
    public static bool HasFrames(Space space) => FramesOf(space).Any(frames => frames > 0);

    /// <summary>Takes the observation of a lane and writes its key.</summary>
    public void Put(Columns observations, int lane, Span<byte> key)
    {
        for (var i = 0; i < _pools.Length; i++)
        {
            var bytes = observations[i].Lane(lane);
            if (_pools[i] is { } pool)
            {
                pool.Put(bytes, lane, key[.._sizes[i]]);
            }
            else
            {
                bytes.CopyTo(key);
            }

            key = key[_sizes[i]..];
        }
    }

    /// <summary>Writes the observation of a key into a lane.</summary>
    public void Get(ReadOnlySpan<byte> key, Columns observations, int lane)
    {
        for (var i = 0; i < _pools.Length; i++)
        {
            var bytes = observations[i].Lane(lane);
            if (_pools[i] is { } pool)
            {
                pool.Get(key[.._sizes[i]], bytes);
            }
            else
            {
                key[.._sizes[i]].CopyTo(bytes);
            }

            key = key[_sizes[i]..];
        }
    }

    /// <summary>Lets go of what a key holds; it is written over.</summary>
    public void Release(ReadOnlySpan<byte> key)
    {
        for (var i = 0; i < _pools.Length; i++)
        {
            _pools[i]?.Release(key[.._sizes[i]]);
            key = key[_sizes[i]..];
        }
    }

    /// <summary>Throws where a key that was loaded does not fit.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public void Check(ReadOnlySpan<byte> key)
    {
        for (var i = 0; i < _pools.Length; i++)
        {
            _pools[i]?.Check(key[.._sizes[i]]);
            key = key[_sizes[i]..];
        }
    }

    public void Exchange(StateArchive archive)
    {
        for (var i = 0; i < _pools.Length; i++)
        {
            _pools[i]?.Exchange(archive, $"replay/images_{i}");
        }
    }

    public void Dispose()
    {
        foreach (var pool in _pools)
        {
            pool?.Dispose();
        }
    }

    // Of each leaf: how many frames it has along its first axis; 0 where it goes into the key.
    private static int[] FramesOf(Space space) =>
    [
        .. new ObservationEncoder(space).Parts.Zip(space.Leaves.ToArray()).Select(pair =>
        {
            var (part, leaf) = pair;
            var frames = part.Image is not { } image ? 0 : image.IsChannelsLast ? image.Frames : image.Planes;
            return frames > 0 && leaf.Bytes / frames >= LeastFrameBytes ? frames : 0;
        }),
    ];
}
