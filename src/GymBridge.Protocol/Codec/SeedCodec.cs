using Google.Protobuf;
using GymBridge.Protocol.Errors;
using GymBridge.Seeding;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Codec;

/// <summary>Between a seed and its message; null is "keep the generator".</summary>
internal static class SeedCodec
{
    /// <summary>The message of a seed.</summary>
    public static Wire.Seed Encode(Seed? seed)
    {
        var message = new Wire.Seed();
        if (seed is { } value)
        {
            message.Value = ByteString.CopyFrom(value.ToLittleEndianBytes());
        }

        return message;
    }

    /// <summary>The seed of a message.</summary>
    /// <exception cref="ProtocolException">The seed is too long.</exception>
    public static Seed? Decode(Wire.Seed message)
    {
        if (!message.HasValue)
        {
            return null;
        }

        return message.Value.Length <= ProtocolConstants.MaxIntegerBytes
            ? Seed.FromLittleEndianBytes(message.Value.Span)
            : throw new ProtocolException(
                $"A seed has at most {ProtocolConstants.MaxIntegerBytes} bytes, got {message.Value.Length}.");
    }
}
