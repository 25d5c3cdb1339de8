using System.Runtime.InteropServices;
using Google.Protobuf;
using GymBridge.Protocol.Errors;

namespace GymBridge.Protocol.Codec;

/// <summary>Flags as the wire has them: one byte a lane, 0 or 1.</summary>
internal static class FlagsCodec
{
    /// <summary>The bytes of flags; a copy.</summary>
    public static ByteString Encode(ReadOnlySpan<bool> flags) => ByteString.CopyFrom(MemoryMarshal.AsBytes(flags));

    /// <summary>Puts flags into bytes of the same length.</summary>
    public static void Encode(ReadOnlySpan<bool> flags, Span<byte> target) => MemoryMarshal.AsBytes(flags).CopyTo(target);

    /// <summary>Reads one flag a lane.</summary>
    /// <param name="bytes">What came.</param>
    /// <param name="flags">Filled.</param>
    /// <param name="name">The field, for the message.</param>
    /// <exception cref="ProtocolException">The length differs, or a byte is neither 0 nor 1.</exception>
    public static void Decode(ByteString bytes, Span<bool> flags, string name)
    {
        if (bytes.Length != flags.Length)
        {
            throw new ProtocolException($"{name}: {flags.Length} bytes expected (one a lane), got {bytes.Length}.");
        }

        CheckBits(bytes.Span, name);
        bytes.Span.CopyTo(MemoryMarshal.AsBytes(flags));
    }

    /// <summary>Reads float64 values, one a lane.</summary>
    /// <param name="bytes">What came.</param>
    /// <param name="values">float64 [N], filled.</param>
    /// <param name="name">The field, for the message.</param>
    /// <exception cref="ProtocolException">The length differs.</exception>
    public static void Decode(ByteString bytes, Span<double> values, string name)
    {
        if (bytes.Length != values.Length * sizeof(double))
        {
            throw new ProtocolException(
                $"{name}: {values.Length * sizeof(double)} bytes expected ({values.Length} lanes x float64), got {bytes.Length}.");
        }

        bytes.Span.CopyTo(MemoryMarshal.AsBytes(values));
    }

    // A .NET bool with another byte than 0 or 1 is neither true nor false, so such a byte never gets in.
    internal static void CheckBits(ReadOnlySpan<byte> bytes, string name)
    {
        var bad = bytes.IndexOfAnyExceptInRange((byte)0, (byte)1);
        if (bad >= 0)
        {
            throw new ProtocolException($"{name}: byte {bad} is {bytes[bad]}, a flag is 0 or 1.");
        }
    }
}
