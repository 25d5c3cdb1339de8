using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using GymBridge.Protocol.Errors;
using GymBridge.Spaces;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Codec;

/// <summary>The spaces whose elements have bounds of their own, Box and MultiDiscrete: bounds travel as one element where all
/// are equal.</summary>
internal static class BoundsCodec
{
    // Low, high, and a flag each for both.
    private const int BoundsAndFlags = 2;

    public static Wire.Space.Types.Box Encode(Box box)
    {
        var message = new Wire.Space.Types.Box
        {
            Dtype = (Wire.DType)box.DType,
            Low = Compressed(box.Low.Bytes, box.DType.ItemSize()),
            High = Compressed(box.High.Bytes, box.DType.ItemSize()),
            BoundedBelow = Compressed(MemoryMarshal.AsBytes(box.BoundedBelow), 1),
            BoundedAbove = Compressed(MemoryMarshal.AsBytes(box.BoundedAbove), 1),
        };
        AddShape(box.Shape, message.Shape);
        return message;
    }

    public static Wire.Space.Types.MultiDiscrete Encode(MultiDiscrete multi)
    {
        var message = new Wire.Space.Types.MultiDiscrete
        {
            Dtype = (Wire.DType)multi.DType,
            Nvec = Compressed(Elements(multi.NVec, multi).Bytes, multi.DType.ItemSize()),
            Start = Compressed(Elements(multi.Start, multi).Bytes, multi.DType.ItemSize()),
        };
        AddShape(multi.Shape, message.Shape);
        return message;
    }

    public static Box Decode(Wire.Space.Types.Box message, SpaceBudget budget)
    {
        var dtype = NDArrayCodec.DTypeOf(message.Dtype);
        var shape = NDArrayCodec.ShapeOf(message.Shape, dtype, out var bytes);
        var elements = bytes / dtype.ItemSize();
        budget.Take(BoundsAndFlags * ((long)bytes + elements));
        return new Box(
            Bounds(message.Low, dtype, shape, elements, "Box low"),
            Bounds(message.High, dtype, shape, elements, "Box high"),
            Flags(message.BoundedBelow, elements, "Box bounded_below"),
            Flags(message.BoundedAbove, elements, "Box bounded_above"));
    }

    public static MultiDiscrete Decode(Wire.Space.Types.MultiDiscrete message, SpaceBudget budget)
    {
        var dtype = NDArrayCodec.DTypeOf(message.Dtype);
        var shape = NDArrayCodec.ShapeOf(message.Shape, dtype, out var bytes);
        var elements = bytes / dtype.ItemSize();
        budget.Take(BoundsAndFlags * sizeof(long) * (long)elements);
        return new MultiDiscrete(
            Bounds(message.Nvec, dtype, shape, elements, "MultiDiscrete nvec"),
            Bounds(message.Start, dtype, shape, elements, "MultiDiscrete start"),
            dtype);
    }

    public static void AddShape(ReadOnlySpan<int> shape, RepeatedField<ulong> extents)
    {
        foreach (var extent in shape)
        {
            extents.Add((ulong)extent);
        }
    }

    private static NDArray Elements(ReadOnlySpan<long> values, MultiDiscrete multi)
    {
        var array = new NDArray(multi.DType, multi.Shape);
        var size = multi.DType.ItemSize();
        for (var i = 0; i < values.Length; i++)
        {
            // Little-endian: the low bytes of the number are the number in the narrower type.
            MemoryMarshal.AsBytes(values.Slice(i, 1))[..size].CopyTo(array.Bytes[(i * size)..]);
        }

        return array;
    }

    private static NDArray Bounds(ByteString bytes, DType dtype, int[] shape, int elements, string name)
    {
        var array = new NDArray(dtype, shape);
        Expand(bytes.Span, dtype.ItemSize(), elements, array.Bytes, name);
        if (dtype == DType.Bool)
        {
            FlagsCodec.CheckBits(array.Bytes, name);
        }

        return array;
    }

    private static bool[] Flags(ByteString bytes, int elements, string name)
    {
        FlagsCodec.CheckBits(bytes.Span, name);
        var flags = new bool[elements];
        Expand(bytes.Span, 1, elements, MemoryMarshal.AsBytes(flags.AsSpan()), name);
        return flags;
    }

    private static ByteString Compressed(ReadOnlySpan<byte> bytes, int itemSize)
    {
        // All elements are equal exactly when the bytes equal themselves shifted by one element.
        var isUniform = bytes.Length > itemSize && bytes[itemSize..].SequenceEqual(bytes[..^itemSize]);
        return ByteString.CopyFrom(isUniform ? bytes[..itemSize] : bytes);
    }

    private static void Expand(ReadOnlySpan<byte> bytes, int itemSize, int elements, Span<byte> target, string name)
    {
        if (bytes.Length == elements * itemSize)
        {
            bytes.CopyTo(target);
            return;
        }

        if (bytes.Length != itemSize)
        {
            throw new ProtocolException(
                $"{name}: {itemSize} or {elements * itemSize} bytes expected (one element or {elements}), got {bytes.Length}.")
            {
                Reason = ErrorReasons.BadValue,
            };
        }

        for (var i = 0; i < elements; i++)
        {
            bytes.CopyTo(target[(i * itemSize)..]);
        }
    }
}
