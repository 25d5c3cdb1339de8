using System.Security.Cryptography;

namespace GymBridge.Core.Tests.Wrappers;

/// <summary>The images of golden/generate_images.py.</summary>
internal static class TestImages
{
    public static byte[] Noise(long seed, int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
        {
            var x = unchecked(((uint)i * 2654435761u) + (uint)((seed * 40503) + 12345));
            x ^= x >> 15;
            x *= 2246822519u;
            x ^= x >> 13;
            bytes[i] = (byte)(x >> 24);
        }

        return bytes;
    }

    public static byte[] Smooth(long seed, int height, int width, int channels)
    {
        var bytes = new byte[height * width * channels];
        for (var i = 0; i < bytes.Length; i++)
        {
            var (y, x, c) = (i / (width * channels), i / channels % width, i % channels);
            bytes[i] = (byte)((x / (3 + (seed % 5)) * 37) + (y / (2 + (seed % 7)) * 91) + (c * 53) + seed);
        }

        return bytes;
    }

    public static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..8];
}
