using Google.Protobuf;
using GymBridge.Protocol.Errors;
using GymBridge.Spaces;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Codec;

/// <summary>Between a space and its message; bounds keep their bits.</summary>
public static class SpaceCodec
{
    /// <summary>The message of a space.</summary>
    /// <exception cref="NotSupportedException">The kind of space cannot be carried.</exception>
    public static Wire.Space Encode(Space space) => space switch
    {
        Box box => new Wire.Space { Box = EncodeBox(box) },
        Discrete discrete => new Wire.Space
        {
            Discrete = new Wire.Space.Types.Discrete
            {
                Dtype = (Wire.DType)discrete.DType,
                N = (ulong)discrete.N,
                Start = discrete.Start,
            },
        },
        _ => throw new NotSupportedException($"The space {space} ({space.GetType()}) cannot be carried; Box and Discrete can."),
    };

    /// <summary>The space of a message.</summary>
    /// <exception cref="ProtocolException">The message describes no space.</exception>
    public static Space Decode(Wire.Space message)
    {
        try
        {
            return message.KindCase switch
            {
                Wire.Space.KindOneofCase.Box => DecodeBox(message.Box),
                Wire.Space.KindOneofCase.Discrete => DecodeDiscrete(message.Discrete),
                _ => throw new ProtocolException("The space has no kind that is known here; Box and Discrete are."),
            };
        }
        catch (ArgumentException exception)
        {
            throw new ProtocolException($"The space does not exist: {exception.Message}", exception);
        }
    }

    private static Wire.Space.Types.Box EncodeBox(Box box)
    {
        var message = new Wire.Space.Types.Box
        {
            Dtype = (Wire.DType)box.DType,
            Low = Compressed(box.Low.Bytes, box.DType.ItemSize()),
            High = Compressed(box.High.Bytes, box.DType.ItemSize()),
            BoundedBelow = Compressed(Bits(box.BoundedBelow), 1),
            BoundedAbove = Compressed(Bits(box.BoundedAbove), 1),
        };
        foreach (var extent in box.Shape)
        {
            message.Shape.Add((ulong)extent);
        }

        return message;
    }

    private static Box DecodeBox(Wire.Space.Types.Box message)
    {
        var dtype = NDArrayCodec.DTypeOf(message.Dtype);
        var shape = NDArrayCodec.ShapeOf(message.Shape, dtype, out var bytes);
        if (bytes > ProtocolConstants.MaxSpaceBytes)
        {
            throw new ProtocolException(
                $"A Box of shape {NDArray.ShapeText(shape)} and {dtype.Name()} takes {bytes} bytes a value; at most {ProtocolConstants.MaxSpaceBytes} are possible.");
        }

        var elements = bytes / dtype.ItemSize();
        return new Box(
            Bounds(message.Low, dtype, shape, elements, "low"),
            Bounds(message.High, dtype, shape, elements, "high"),
            Flags(message.BoundedBelow, elements, "bounded_below"),
            Flags(message.BoundedAbove, elements, "bounded_above"));
    }

    private static Discrete DecodeDiscrete(Wire.Space.Types.Discrete message)
    {
        var dtype = NDArrayCodec.DTypeOf(message.Dtype);
        return message.N is > 0 and <= long.MaxValue
            ? new Discrete((long)message.N, message.Start, dtype)
            : throw new ProtocolException($"Discrete has {message.N} values; 1 to {long.MaxValue} are possible.");
    }

    private static NDArray Bounds(ByteString bytes, DType dtype, int[] shape, int elements, string name)
    {
        var array = new NDArray(dtype, shape);
        Expand(bytes.Span, dtype.ItemSize(), elements, array.Bytes, $"Box {name}");
        if (dtype == DType.Bool)
        {
            FlagsCodec.CheckBits(array.Bytes, $"Box {name}");
        }

        return array;
    }

    private static bool[] Flags(ByteString bytes, int elements, string name)
    {
        FlagsCodec.CheckBits(bytes.Span, $"Box {name}");
        var flags = new bool[elements];
        Expand(bytes.Span, 1, elements, System.Runtime.InteropServices.MemoryMarshal.AsBytes(flags.AsSpan()), $"Box {name}");
        return flags;
    }

    private static ReadOnlySpan<byte> Bits(ReadOnlySpan<bool> flags) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(flags);

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
                $"{name}: {itemSize} or {elements * itemSize} bytes expected (one element or {elements}), got {bytes.Length}.");
        }

        for (var i = 0; i < elements; i++)
        {
            bytes.CopyTo(target[(i * itemSize)..]);
        }
    }
}
