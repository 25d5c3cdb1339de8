using System.Buffers.Binary;
using GymBridge.Protocol.Errors;

namespace GymBridge.Client.Replies;

/// <summary>Walks over the fields of a protobuf message. Source: protobuf.dev/programming-guides/encoding.</summary>
internal ref struct WireSpan(ReadOnlySpan<byte> bytes)
{
    /// <summary>Wire type of fixed64.</summary>
    public const int Fixed64 = 1;

    /// <summary>Wire type of bytes, strings and messages.</summary>
    public const int Bytes = 2;

    /// <summary>Wire type of integers.</summary>
    public const int Varint = 0;

    private const int Fixed32 = 5;
    private const int MaxVarintBytes = 10;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Where the next read begins.</summary>
    public int Position { get; set; }

    /// <summary>Whether nothing is left.</summary>
    public readonly bool IsAtEnd => Position == _bytes.Length;

    /// <summary>The next field; false at the end.</summary>
    public bool ReadTag(out int field, out int type)
    {
        if (IsAtEnd)
        {
            (field, type) = (0, 0);
            return false;
        }

        var tag = ReadVarint();
        (field, type) = ((int)(tag >> 3), (int)(tag & 7));
        return tag is > 7 and <= uint.MaxValue ? true : throw Malformed($"the tag {tag}");
    }

    /// <summary>The content of a length-delimited field.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadVarint();
        if (length > (ulong)(_bytes.Length - Position))
        {
            throw Malformed($"a field of {length} bytes where {_bytes.Length - Position} are left");
        }

        var content = _bytes.Slice(Position, (int)length);
        Position += content.Length;
        return content;
    }

    /// <summary>The content of a fixed64 field.</summary>
    public ulong ReadFixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>The content of a uint32 field.</summary>
    public uint ReadUInt32() => (uint)ReadVarint();

    /// <summary>Passes over a field that is not known.</summary>
    public void Skip(int type)
    {
        switch (type)
        {
            case Varint: ReadVarint(); break;
            case Fixed64: Take(sizeof(ulong)); break;
            case Bytes: ReadBytes(); break;
            case Fixed32: Take(sizeof(uint)); break;
            default: throw Malformed($"the wire type {type}");
        }
    }

    /// <summary>The content of an integer field.</summary>
    public ulong ReadVarint()
    {
        ulong value = 0;
        for (var i = 0; i < MaxVarintBytes; i++)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Malformed("a varint of more than ten bytes");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - Position)
        {
            throw Malformed("an end in the middle of a field");
        }

        var content = _bytes.Slice(Position, count);
        Position += count;
        return content;
    }

    private readonly ProtocolException Malformed(string what) => new($"The reply is no protobuf message: it has {what} at byte {Position}.");
}
