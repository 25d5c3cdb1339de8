using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>The spaces of images: uint8 from 0 to 255.</summary>
internal static class ImageSpace
{
    public static Box Of(ReadOnlySpan<int> shape) => new(0, byte.MaxValue, shape, DType.UInt8);

    public static bool IsByteImage(Box box) =>
        box.DType == DType.UInt8 && !box.Low.Bytes.ContainsAnyExcept((byte)0) && !box.High.Bytes.ContainsAnyExcept(byte.MaxValue);
}
