using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using GymBridge.Protocol.Errors;
using GymBridge.Seeding;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Codec;

/// <summary>Between the state of a generator, with its seed, and the message.</summary>
internal static class GeneratorCodec
{
    private const int WordBytes = 16;

    /// <summary>The message of a generator.</summary>
    /// <param name="state">State of a PCG64.</param>
    /// <param name="seed">Its seed; -1 after it was set from outside; null if it was never seeded.</param>
    public static Wire.GeneratorState Encode(RngState state, BigInteger? seed) => new()
    {
        State = Word(state.State),
        Increment = Word(state.Increment),
        HasUint32 = state.HasUInt32,
        Uinteger = state.UInteger,
        Seed = ValueCodec.Encode(seed is { } value ? value : null, "seed"),
    };

    /// <summary>The generator of a message.</summary>
    /// <exception cref="ProtocolException">A word has not 16 bytes, the increment is even, or the seed is no integer.</exception>
    public static (RngState State, BigInteger? Seed) Decode(Wire.GeneratorState message)
    {
        var increment = Word(message.Increment, "increment");
        if (UInt128.IsEvenInteger(increment))
        {
            throw new ProtocolException($"The increment of a PCG64 generator is odd, got {increment}.");
        }

        var state = new RngState(Word(message.State, "state"), increment, message.HasUint32, message.Uinteger);
        return (state, DecodeSeed(message.Seed));
    }

    private static BigInteger? DecodeSeed(Wire.Value? message) => message is null ? null : ValueCodec.Decode(message) switch
    {
        null => null,
        long value => value,
        BigInteger value => value,
        var other => throw new ProtocolException($"The seed of a generator is an integer or None, got {other} ({PythonTypeName.Of(other)})."),
    };

    private static ByteString Word(UInt128 value)
    {
        var bytes = new byte[WordBytes];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, value);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private static UInt128 Word(ByteString bytes, string name) => bytes.Length == WordBytes
        ? BinaryPrimitives.ReadUInt128LittleEndian(bytes.Span)
        : throw new ProtocolException($"The {name} of a generator has {WordBytes} bytes, got {bytes.Length}.");
}
