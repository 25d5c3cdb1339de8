using System.Runtime.InteropServices;
using GymBridge.Seeding;

namespace GymBridge.Wrappers;

/// <summary>White noise in the place of pixels: what AddWhiteNoise and ObstructView share.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/rendering.py</c> 1.4.0, with its greatest value of 254 and the shares of gray in whole numbers.</remarks>
internal static class FrameNoise
{
    // 255 * (0.2989, 0.5870, 0.1140), as NumPy cuts it to uint8: exclusive bounds.
    private static readonly byte[] GrayBounds = [76, 149, 29];

    /// <summary>The frame with noise where the mask says.</summary>
    /// <param name="rng">Drawn from for every pixel.</param>
    /// <param name="frame">uint8 (height, width, 3).</param>
    /// <param name="isGrayscale">Whether noise is gray: then the result is uint64, as in Gymnasium, whose sum of bytes is.</param>
    /// <param name="mask">Is asked, after the noise was drawn, for a flag for each pixel.</param>
    public static NDArray Over(Rng rng, NDArray frame, bool isGrayscale, Func<bool[]> mask)
    {
        var noise = new byte[frame.Length];
        if (isGrayscale)
        {
            rng.IntegersBelow(GrayBounds, noise);
        }
        else
        {
            rng.Integers<byte>(0, byte.MaxValue, noise);
        }

        var flags = mask();
        return isGrayscale ? OverGray(frame, noise, flags) : OverColours(frame, noise, flags);
    }

    /// <summary>The frame that an environment has rendered.</summary>
    /// <exception cref="InvalidOperationException">It is no uint8 array (height, width, 3).</exception>
    public static NDArray FrameOf(object? rendered, string wrapper) => rendered as NDArray is { DType: DType.UInt8, Shape: [_, _, 3] } frame
        ? frame
        : throw new InvalidOperationException(
            $"{wrapper} needs frames that are uint8 arrays (height, width, 3), got {rendered ?? "None"}; make the environment with render mode 'rgb_array'.");

    private static NDArray OverColours(NDArray frame, byte[] noise, bool[] mask)
    {
        var result = frame.Clone();
        for (var i = 0; i < mask.Length; i++)
        {
            if (mask[i])
            {
                noise.AsSpan(i * 3, 3).CopyTo(result.Bytes[(i * 3)..]);
            }
        }

        return result;
    }

    private static NDArray OverGray(NDArray frame, byte[] noise, bool[] mask)
    {
        var result = new NDArray(DType.UInt64, frame.Shape.AsSpan());
        var values = MemoryMarshal.Cast<byte, ulong>(result.Bytes);
        for (var i = 0; i < values.Length; i++)
        {
            var pixel = i - (i % 3);
            values[i] = mask[i / 3] ? (ulong)(noise[pixel] + noise[pixel + 1] + noise[pixel + 2]) : frame.Bytes[i];
        }

        return result;
    }
}
