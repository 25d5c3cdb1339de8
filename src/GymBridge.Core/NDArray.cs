using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace GymBridge;

/// <summary>
/// An n-d array with a run-time element type: row-major, contiguous, in the machine's (little-endian) byte order.
/// Why it is not <c>System.Numerics.Tensors.Tensor&lt;T&gt;</c>: docs/decisions/0003-ndarray.md.
/// </summary>
/// <remarks>The array owns its bytes; whoever holds the instance may change elements through <see cref="AsSpan{T}"/>.
/// Not thread-safe while somebody writes.</remarks>
public sealed partial class NDArray : IEquatable<NDArray>
{
    private readonly byte[] _data;

    /// <summary>An array of a shape whose elements are all zero.</summary>
    /// <exception cref="ArgumentException">A dimension is negative, or the size exceeds 2 GiB.</exception>
    public NDArray(DType dtype, params ReadOnlySpan<int> shape)
        : this(dtype, [.. shape], new byte[ByteCount(dtype, shape)])
    {
    }

    private NDArray(DType dtype, ImmutableArray<int> shape, byte[] data)
    {
        DType = dtype;
        Shape = shape;
        _data = data;
    }

    /// <summary>Type of the elements, with NumPy's name.</summary>
    public DType DType { get; }

    /// <summary>Extent of each dimension; empty for a scalar array.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>Number of elements: the product of <see cref="Shape"/>, 1 for shape ().</summary>
    public int Length => _data.Length / DType.ItemSize();

    /// <summary>The raw bytes, row-major, little-endian.</summary>
    public Span<byte> Bytes => _data;

    /// <summary>The raw bytes as memory, for transports that keep a reference.</summary>
    public Memory<byte> Memory => _data;

    /// <summary>An array that takes a copy of <paramref name="values"/>.</summary>
    /// <exception cref="ArgumentException">The number of values is not the product of <paramref name="shape"/>.</exception>
    public static NDArray From<T>(ReadOnlySpan<T> values, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        var dtype = DTypes.Of<T>();
        return FromBytes(dtype, shape, MemoryMarshal.AsBytes(values));
    }

    /// <summary>A one-dimensional array that takes a copy of <paramref name="values"/>.</summary>
    public static NDArray From<T>(params T[] values)
        where T : unmanaged => From<T>(values, values.Length);

    /// <summary>An array that takes a copy of raw bytes.</summary>
    /// <exception cref="ArgumentException">The number of bytes does not fit <paramref name="dtype"/> and <paramref name="shape"/>.</exception>
    public static NDArray FromBytes(DType dtype, ReadOnlySpan<int> shape, ReadOnlySpan<byte> bytes)
    {
        var expected = ByteCount(dtype, shape);
        if (bytes.Length != expected)
        {
            throw new ArgumentException(
                $"{bytes.Length} bytes do not fill a {dtype.Name()} array of shape {ShapeText(shape)}; it takes {expected} bytes.",
                nameof(bytes));
        }

        return new NDArray(dtype, [.. shape], bytes.ToArray());
    }

    /// <summary>The elements as <typeparamref name="T"/>, without a copy.</summary>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> is not the element type.</exception>
    public Span<T> AsSpan<T>()
        where T : unmanaged
    {
        if (DTypes.Of<T>() != DType)
        {
            throw new InvalidOperationException(
                $"The array holds {DType.Name()}, not {DTypes.Of<T>().Name()}; read it with the matching type.");
        }

        return MemoryMarshal.Cast<byte, T>(Bytes);
    }

    /// <summary>A copy of the elements.</summary>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> is not the element type.</exception>
    public T[] ToArray<T>()
        where T : unmanaged => AsSpan<T>().ToArray();

    /// <summary>A copy that shares nothing with this array.</summary>
    public NDArray Clone() => new(DType, Shape, (byte[])_data.Clone());

    /// <summary>The element at a flat, row-major index, as its .NET type.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such element.</exception>
    public object GetItem(int index) => DType switch
    {
        DType.Bool => AsSpan<bool>()[index],
        DType.Int8 => AsSpan<sbyte>()[index],
        DType.UInt8 => AsSpan<byte>()[index],
        DType.Int16 => AsSpan<short>()[index],
        DType.UInt16 => AsSpan<ushort>()[index],
        DType.Int32 => AsSpan<int>()[index],
        DType.UInt32 => AsSpan<uint>()[index],
        DType.Int64 => AsSpan<long>()[index],
        DType.UInt64 => AsSpan<ulong>()[index],
        DType.Float16 => AsSpan<Half>()[index],
        DType.Float32 => AsSpan<float>()[index],
        _ => AsSpan<double>()[index],
    };

    /// <summary>Same element type, shape and bytes (so NaN equals NaN, and 0.0 differs from -0.0).</summary>
    public bool Equals(NDArray? other) =>
        other is not null && DType == other.DType && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan())
        && _data.AsSpan().SequenceEqual(other._data);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NDArray);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(DType);
        hash.AddBytes(_data);
        return hash.ToHashCode();
    }

    /// <summary>At most eight elements, shape and type: <c>[0.1, 0.2] (float32, shape (2,))</c>.</summary>
    public override string ToString()
    {
        const int Shown = 8;
        var text = new StringBuilder("[");
        for (var i = 0; i < Math.Min(Length, Shown); i++)
        {
            text.Append(i == 0 ? string.Empty : ", ").Append(Convert.ToString(GetItem(i), CultureInfo.InvariantCulture));
        }

        return text.Append(Length > Shown ? ", ...]" : "]").Append($" ({DType.Name()}, shape {ShapeText(Shape.AsSpan())})").ToString();
    }

    /// <summary>A shape as Python writes it: <c>()</c>, <c>(4,)</c>, <c>(84, 84)</c>.</summary>
    public static string ShapeText(ReadOnlySpan<int> shape) => shape.Length switch
    {
        0 => "()",
        1 => $"({shape[0]},)",
        _ => $"({string.Join(", ", shape.ToArray())})",
    };

    internal static int ByteCount(DType dtype, ReadOnlySpan<int> shape)
    {
        long bytes = dtype.ItemSize();
        foreach (var extent in shape)
        {
            if (extent < 0)
            {
                throw new ArgumentException($"Shape {ShapeText(shape)} has the negative dimension {extent}.", nameof(shape));
            }

            bytes = extent == 0 ? 0 : checked(bytes * extent);
            if (bytes > Array.MaxLength)
            {
                throw new ArgumentException(
                    $"A {dtype.Name()} array of shape {ShapeText(shape)} takes more than {Array.MaxLength} bytes.", nameof(shape));
            }
        }

        return (int)bytes;
    }
}
