using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GymBridge.Spaces;

namespace GymBridge;

/// <summary>One leaf of a space for all lanes: a (lanes, *shape) array, row-major, owned by the caller of a step.</summary>
/// <remarks>Not thread-safe while somebody writes; different lanes may be written by different threads.</remarks>
public sealed unsafe class Column
{
    private readonly byte[]? _data;
    private readonly int _stride;
    private readonly MemoryManager<byte>? _lent;
    private readonly byte* _address;
    private readonly int _length;

    /// <summary>A column whose elements are all zero, or null where they vary in size.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lanes"/> is negative.</exception>
    public Column(SpaceLeaf leaf, int lanes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lanes);
        Leaf = leaf;
        Lanes = lanes;
        _stride = leaf.Bytes;
        _data = new byte[checked(_stride * lanes)];
        Values = leaf.IsVariable ? new object?[lanes] : null;
    }

    /// <summary>A column of elements of fixed size in memory that somebody else has made, be it outside of the managed heap. It is pinned for as
    /// long as the column lives, and keeps what is in it.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lanes"/> is negative.</exception>
    /// <exception cref="ArgumentException">The memory has another size than the column, or the leaf has none.</exception>
    public Column(SpaceLeaf leaf, int lanes, MemoryManager<byte> memory)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lanes);
        Leaf = leaf;
        Lanes = lanes;
        _stride = leaf.Bytes;
        _length = memory.GetSpan().Length;
        if (leaf.IsVariable || _length != checked(_stride * lanes))
        {
            throw new ArgumentException(
                $"Memory of {_length} bytes was given for a column of {lanes} x {leaf}; it takes {(leaf.IsVariable ? "memory of its own" : $"{_stride * lanes}")}.",
                nameof(memory));
        }

        _lent = memory;
        _address = (byte*)memory.Pin().Pointer;
    }

    /// <summary>Type and shape of what one lane holds.</summary>
    public SpaceLeaf Leaf { get; }

    /// <summary>Number of lanes: rows of the column.</summary>
    public int Lanes { get; }

    /// <summary>The lanes' values, where they have no fixed size and so no bytes here; else null.</summary>
    public object?[]? Values { get; }

    /// <summary>All lanes' bytes.</summary>
    /// <remarks>A server's columns lie in memory that its client reads as well, which no span keeps: whoever works with a span on a thread of
    /// his own, longer than the step, has to keep the column too.</remarks>
    public Span<byte> Bytes => _data is { } data ? data : new Span<byte>(_address, _length);

    /// <summary>All lanes' bytes as memory, for transports that keep a reference.</summary>
    public Memory<byte> Memory => _data is { } data ? data : _lent!.Memory;

    /// <summary>The bytes of one lane.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such lane.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Lane(int lane) => _data is { } data ? data.AsSpan(lane * _stride, _stride) : Bytes.Slice(lane * _stride, _stride);

    /// <summary>Copies one lane from a column of the same leaf.</summary>
    public void CopyLane(Column source, int sourceLane, int lane)
    {
        source.Lane(sourceLane).CopyTo(Lane(lane));
        if (Values is not null)
        {
            Values[lane] = source.Values![sourceLane];
        }
    }

    /// <summary>All lanes' elements, without a copy.</summary>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> is not the leaf's element type.</exception>
    public Span<T> AsSpan<T>()
        where T : unmanaged
    {
        if (DTypes.Of<T>() != Leaf.DType)
        {
            throw new InvalidOperationException(
                $"Column {Leaf} holds {Leaf.DType.Name()}, not {DTypes.Of<T>().Name()}; read it with the matching type.");
        }

        return MemoryMarshal.Cast<byte, T>(Bytes);
    }
}
