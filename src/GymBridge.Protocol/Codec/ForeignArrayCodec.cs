using System.Collections.Immutable;
using Google.Protobuf;
using GymBridge.Protocol.Errors;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Codec;

/// <summary>Arrays of element types that only NumPy has: complex numbers, fixed-width texts and bytes, times.</summary>
internal static class ForeignArrayCodec
{
    private const int MaxUnitLength = 16;

    /// <summary>Whether an element type is one of these.</summary>
    public static bool IsForeign(Wire.DType dtype) => dtype is >= Wire.DType.Complex64 and <= Wire.DType.Timedelta64;

    /// <summary>The message of an array.</summary>
    /// <exception cref="FormatException">Its type is none that is known.</exception>
    public static Wire.NDArray Encode(ForeignArray array)
    {
        var size = array.ItemSize;
        var message = new Wire.NDArray
        {
            Dtype = array.DType[0] switch
            {
                'c' => size == 8 ? Wire.DType.Complex64 : Wire.DType.Complex128,
                'U' => Wire.DType.Unicode,
                'S' => Wire.DType.Bytes,
                'M' => Wire.DType.Datetime64,
                _ => Wire.DType.Timedelta64,
            },
            Data = ByteString.CopyFrom(array.Bytes.AsSpan()),
            ItemSize = array.DType[0] is 'U' or 'S' ? (uint)size : 0,
            Unit = array.DType[0] is 'M' or 'm' && array.DType.Length > 4 ? array.DType[3..^1] : string.Empty,
        };
        BoundsCodec.AddShape(array.Shape.AsSpan(), message.Shape);
        return message;
    }

    /// <summary>The array of a message.</summary>
    /// <exception cref="ProtocolException">Type, shape and bytes do not fit each other.</exception>
    public static ForeignArray Decode(Wire.NDArray message, bool isScalar)
    {
        var (code, size) = CodeOf(message);
        var shape = NDArrayCodec.ShapeOf(message.Shape, size, code, out var bytes);
        return message.Data.Length == bytes
            ? new ForeignArray(code, [.. shape], ImmutableArray.Create(message.Data.Span), isScalar)
            : throw Bad($"A {code} array of shape {NDArray.ShapeText(shape)} takes {bytes} bytes, got {message.Data.Length}.");
    }

    private static (string Code, int Size) CodeOf(Wire.NDArray message) => message.Dtype switch
    {
        Wire.DType.Complex64 => ("c8", 8),
        Wire.DType.Complex128 => ("c16", 16),
        Wire.DType.Unicode when message.ItemSize % 4 == 0 => ($"U{message.ItemSize / 4}", Checked(message.ItemSize)),
        Wire.DType.Unicode => throw Bad($"Characters have 4 bytes, so that an element has a multiple of them; got item_size {message.ItemSize}."),
        Wire.DType.Bytes => ($"S{message.ItemSize}", Checked(message.ItemSize)),
        Wire.DType.Datetime64 => ($"M8{UnitOf(message.Unit)}", sizeof(long)),
        _ => ($"m8{UnitOf(message.Unit)}", sizeof(long)),
    };

    private static int Checked(uint size) => size <= int.MaxValue ? (int)size : throw Bad($"item_size is at most {int.MaxValue}, got {size}.");

    private static string UnitOf(string unit) => unit.Length == 0
        ? string.Empty
        : unit.Length <= MaxUnitLength && unit.All(char.IsAsciiLetterOrDigit)
            ? $"[{unit}]"
            : throw Bad($"'{unit[..Math.Min(unit.Length, MaxUnitLength)]}' is not a unit of time.");

    private static ProtocolException Bad(string text) => new(text) { Reason = ErrorReasons.BadValue };
}
