using GymBridge.Spaces;

namespace GymBridge.Agents.Observations;

/// <summary>How the bytes of an image, or of a stack of images, stand one after the other.</summary>
/// <param name="Frames">S: images that are stacked, along the first axis; 1 of a single image.</param>
/// <param name="Height">H: rows of a frame, in pixels.</param>
/// <param name="Width">W: columns of a frame, in pixels.</param>
/// <param name="Channels">C: numbers of a pixel; 1 of a grey image.</param>
/// <param name="IsChannelsLast">Whether an image is [H, W, C]; if not, [C, H, W].</param>
public sealed record ImageLayout(int Frames, int Height, int Width, int Channels, bool IsChannelsLast)
{
    /// <summary>S times C: planes that a convolution reads.</summary>
    public int Planes => Frames * Channels;

    /// <summary>Whether a space is bytes from 0 to 255, as images are; networks read them divided by 255.</summary>
    public static bool IsOfBytes(Space space) =>
        space is Box { DType: DType.UInt8 } box
        && box.Low.Bytes.IndexOfAnyExcept((byte)0) < 0
        && box.High.Bytes.IndexOfAnyExcept(byte.MaxValue) < 0;

    /// <summary>The layout of a space of images: bytes from 0 to 255 of two, three or four axes; null of any other space.</summary>
    /// <remarks>[H, W] is a grey image. Of three axes the shortest is the channels where it is the first one, as Stable-Baselines3 has it
    /// (<c>is_image_space_channels_first</c>), and so are frames that are stacked; otherwise the last one is. Of four axes the first is the
    /// stack, the others are an image.</remarks>
    public static ImageLayout? Of(Space space)
    {
        if (!IsOfBytes(space))
        {
            return null;
        }

        var shape = ((Box)space).Shape;
        return shape.Length switch
        {
            2 => new ImageLayout(1, shape[0], shape[1], 1, true),
            3 => OfImage(1, shape),
            4 => OfImage(shape[0], shape[1..]),
            _ => null,
        };
    }

    /// <summary>Its axes, for messages: <c>4 frames of 84 x 84 x 1</c>.</summary>
    public override string ToString() =>
        (Frames > 1 ? $"{Frames} frames of " : string.Empty) + $"{Height} x {Width} pixels with {Channels} channel{(Channels == 1 ? string.Empty : "s")}";

    private static ImageLayout OfImage(int frames, ReadOnlySpan<int> shape) => shape[0] <= shape[1] && shape[0] <= shape[2]
        ? new ImageLayout(frames, shape[1], shape[2], shape[0], false)
        : new ImageLayout(frames, shape[0], shape[1], shape[2], true);
}
