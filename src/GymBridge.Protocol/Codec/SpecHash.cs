using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;
using GymBridge.Spaces;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Codec;

/// <summary>A digest of what a client must agree on with a host: both spaces and the Python types.</summary>
/// <remarks>SHA-256 over, in this order, the messages of observation space, action space and Python types; each as its length
/// (uint32, little-endian) and its bytes with fields in the order of their numbers, as every protobuf library writes them.</remarks>
internal static class SpecHash
{
    /// <summary>The digest: 32 bytes.</summary>
    public static byte[] Compute(Space observationSpace, Space actionSpace, PythonTypes pythonTypes) => Compute(
        SpaceCodec.Encode(observationSpace), SpaceCodec.Encode(actionSpace), PythonTypesCodec.Encode(pythonTypes));

    /// <summary>The digest of messages that have the canonical form.</summary>
    internal static byte[] Compute(Wire.Space observationSpace, Wire.Space actionSpace, Wire.PythonTypes pythonTypes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, observationSpace);
        Append(hash, actionSpace);
        Append(hash, pythonTypes);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, IMessage message)
    {
        var bytes = message.ToByteArray();
        Span<byte> length = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
