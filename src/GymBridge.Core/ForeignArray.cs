using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace GymBridge;

/// <summary>A NumPy array or scalar whose elements <see cref="NDArray"/> has no type for: complex numbers, texts and byte strings
/// of fixed width, dates and spans of time. It is kept byte for byte, so that it can be passed on.</summary>
/// <param name="DType">NumPy's code of the element type: <c>c8</c>, <c>c16</c>, <c>U5</c>, <c>S3</c>, <c>M8[ns]</c>, <c>m8[s]</c>; little-endian.</param>
/// <param name="Shape">Extent of each dimension; empty for a scalar.</param>
/// <param name="Bytes">The elements, row-major.</param>
/// <param name="IsScalar">Whether it is a NumPy scalar (<c>np.complex64(1)</c>) and no array of shape ().</param>
public sealed record ForeignArray(string DType, ImmutableArray<int> Shape, ImmutableArray<byte> Bytes, bool IsScalar = false)
{
    /// <summary>Bytes of an element, from the code: 8 for <c>c8</c>, 20 for <c>U5</c>, 3 for <c>S3</c>, 8 for dates.</summary>
    /// <exception cref="FormatException">The code is none of those above.</exception>
    public int ItemSize => ItemSizeOf(DType);

    /// <summary>The elements of a complex array.</summary>
    /// <exception cref="InvalidOperationException">It holds something else.</exception>
    public Complex[] ToComplex() => DType switch
    {
        "c8" => [.. MemoryMarshal.Cast<byte, float>(Bytes.AsSpan()).ToArray().Chunk(2).Select(pair => new Complex(pair[0], pair[1]))],
        "c16" => [.. MemoryMarshal.Cast<byte, double>(Bytes.AsSpan()).ToArray().Chunk(2).Select(pair => new Complex(pair[0], pair[1]))],
        _ => throw new InvalidOperationException($"The array holds {DType}, no complex numbers."),
    };

    /// <summary>The elements of an array of texts (U) or byte strings (S, read as Latin-1), without the padding.</summary>
    /// <exception cref="InvalidOperationException">It holds something else.</exception>
    public string[] ToTexts()
    {
        if (DType[0] is not ('U' or 'S'))
        {
            throw new InvalidOperationException($"The array holds {DType}, no texts.");
        }

        var encoding = DType[0] == 'U' ? Encoding.UTF32 : Encoding.Latin1;
        var size = ItemSize;
        return size == 0
            ? [.. Enumerable.Repeat(string.Empty, Shape.Aggregate(1, (product, extent) => product * extent))]
            : [.. Enumerable.Range(0, Bytes.Length / size).Select(i => encoding.GetString(Bytes.AsSpan().Slice(i * size, size)).TrimEnd('\0'))];
    }

    /// <summary>The elements of an array of dates (M8) or spans of time (m8), in its unit; the smallest long is "not a time".</summary>
    /// <exception cref="InvalidOperationException">It holds something else.</exception>
    public long[] ToTicks() => DType.StartsWith("M8", StringComparison.Ordinal) || DType.StartsWith("m8", StringComparison.Ordinal)
        ? [.. Enumerable.Range(0, Bytes.Length / sizeof(long)).Select(i => BinaryPrimitives.ReadInt64LittleEndian(Bytes.AsSpan()[(i * sizeof(long))..]))]
        : throw new InvalidOperationException($"The array holds {DType}, no times.");

    /// <summary>Same element type, shape and bytes.</summary>
    public bool Equals(ForeignArray? other) => other is not null && DType == other.DType && IsScalar == other.IsScalar
        && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan()) && Bytes.AsSpan().SequenceEqual(other.Bytes.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(DType, StringComparer.Ordinal);
        hash.AddBytes(Bytes.AsSpan());
        return hash.ToHashCode();
    }

    private static int ItemSizeOf(string code) => code switch
    {
        "c8" => 8,
        "c16" => 16,
        ['U', .. var width] when int.TryParse(width, out var characters) && characters >= 0 => checked(4 * characters),
        ['S', .. var width] when int.TryParse(width, out var bytes) && bytes >= 0 => bytes,
        ['M' or 'm', '8', ..] => sizeof(long),
        _ => throw new FormatException($"'{code}' is not c8, c16, U<n>, S<n>, M8[unit] or m8[unit]."),
    };
}
