using Google.Protobuf;
using Google.Protobuf.Collections;
using GymBridge.Protocol.Errors;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Codec;

/// <summary>Between an n-d array and its message.</summary>
internal static class NDArrayCodec
{
    /// <summary>The message of an array.</summary>
    /// <param name="array">The array.</param>
    /// <param name="sharesBytes">True: no copy; the array must not change until the message is serialized.</param>
    public static Wire.NDArray Encode(NDArray array, bool sharesBytes = false)
    {
        var message = new Wire.NDArray
        {
            Dtype = (Wire.DType)array.DType,
            Data = sharesBytes ? UnsafeByteOperations.UnsafeWrap(array.Memory) : ByteString.CopyFrom(array.Bytes),
        };
        foreach (var extent in array.Shape)
        {
            message.Shape.Add((ulong)extent);
        }

        return message;
    }

    /// <summary>The array of a message; a copy.</summary>
    /// <exception cref="ProtocolException">Type, shape and bytes do not fit each other.</exception>
    public static NDArray Decode(Wire.NDArray message)
    {
        var dtype = DTypeOf(message.Dtype);
        var shape = ShapeOf(message.Shape, dtype, out var bytes);
        if (message.Data.Length != bytes)
        {
            throw Bad($"A {dtype.Name()} array of shape {NDArray.ShapeText(shape)} takes {bytes} bytes, got {message.Data.Length}.");
        }

        if (dtype == DType.Bool)
        {
            FlagsCodec.CheckBits(message.Data.Span, "bool array");
        }

        return NDArray.FromBytes(dtype, shape, message.Data.Span);
    }

    internal static DType DTypeOf(Wire.DType dtype) => Enum.IsDefined((DType)dtype)
        ? (DType)dtype
        : throw Bad($"Element type {(int)dtype} is not known; 1 (bool) to 12 (float64) are.");

    /// <summary>Checks a shape before anything is allocated for it.</summary>
    internal static int[] ShapeOf(RepeatedField<ulong> extents, DType dtype, out int bytes) =>
        ShapeOf(extents, dtype.ItemSize(), dtype.Name(), out bytes);

    /// <summary>Checks a shape of elements of any size.</summary>
    internal static int[] ShapeOf(RepeatedField<ulong> extents, int itemSize, string name, out int bytes)
    {
        if (extents.Count > ProtocolConstants.MaxRank)
        {
            throw Bad($"An array has at most {ProtocolConstants.MaxRank} dimensions, got {extents.Count}.");
        }

        var shape = new int[extents.Count];
        var isEmpty = false;
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = extents[i] <= int.MaxValue
                ? (int)extents[i]
                : throw Bad($"Dimension {i} has the extent {extents[i]}; at most {int.MaxValue} is possible.");
            isEmpty |= shape[i] == 0;
        }

        long total = isEmpty ? 0 : itemSize;
        foreach (var extent in shape)
        {
            total *= extent;
            if (total > Array.MaxLength)
            {
                throw Bad($"A {name} array of shape {NDArray.ShapeText(shape)} takes more than {Array.MaxLength} bytes.");
            }
        }

        bytes = (int)total;
        return shape;
    }

    private static ProtocolException Bad(string text) => new(text) { Reason = ErrorReasons.BadValue };
}
