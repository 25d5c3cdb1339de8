using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace GymBridge.Training.Recording;

/// <summary>Height and width of a frame, checked.</summary>
internal readonly record struct FrameShape(int Height, int Width)
{
    private const int Channels = 3;

    /// <exception cref="ArgumentException">The array is no RGB image.</exception>
    public static FrameShape Of(NDArray frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return frame.DType == DType.UInt8 && frame.Shape.Length == 3 && frame.Shape[2] == Channels && frame.Length > 0
            ? new FrameShape(frame.Shape[0], frame.Shape[1])
            : throw new ArgumentException($"A frame is a uint8 array of shape (height, width, 3), got {frame.DType.Name()} of shape {NDArray.ShapeText(frame.Shape.AsSpan())}.");
    }

    /// <exception cref="ArgumentException">The frame has another size than the first.</exception>
    public static void Check(ref FrameShape? first, NDArray frame)
    {
        var shape = Of(frame);
        first ??= shape;
        if (first != shape)
        {
            throw new ArgumentException($"Frames of one video have one size: the first is {first.Value.Width}x{first.Value.Height}, this one {shape.Width}x{shape.Height}.");
        }
    }

    /// <summary>A frame as an image of the library's.</summary>
    public static Image<Rgb24> ToImage(NDArray frame) => Image.LoadPixelData<Rgb24>(frame.Bytes, frame.Shape[1], frame.Shape[0]);
}
