using System.Buffers.Binary;
using GymBridge.Protocol.Errors;

namespace GymBridge.Protocol.Codec.Packing;

/// <summary>Reads packed values from bytes of an untrusted peer.</summary>
internal ref struct PackedReader(ReadOnlySpan<byte> bytes, string name)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    public readonly int Left => _bytes.Length - _position;

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > Left)
        {
            throw Bad($"{count} bytes expected at byte {_position}, {Left} are left");
        }

        _position += count;
        return _bytes.Slice(_position - count, count);
    }

    /// <summary>A number that is checked later.</summary>
    public uint TakeUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    /// <summary>A count of items, each of at least so many bytes; more than can be there are refused.</summary>
    public int TakeCount(int minItemBytes) => Fitting(TakeUInt32(), minItemBytes);

    /// <summary>A count of items that are to come; more than can be there are refused. Items that take no bytes are limited by number.</summary>
    public readonly int Fitting(uint count, int minItemBytes)
    {
        var most = minItemBytes == 0 ? ProtocolConstants.MaxValueItems : Left / minItemBytes;
        return count <= (uint)most
            ? (int)count
            : throw Bad(minItemBytes == 0
                ? $"{count} items without bytes are announced before byte {_position}, at most {most} are possible"
                : $"{count} items of {minItemBytes} bytes or more are announced before byte {_position}, {Left} bytes are left");
    }

    /// <summary>Throws unless everything was read.</summary>
    public readonly void CheckEnd()
    {
        if (Left != 0)
        {
            throw Bad($"{Left} bytes are left after the last value");
        }
    }

    public readonly ProtocolException Bad(string what) => new($"{name}: {what}.") { Reason = ErrorReasons.BadSlab };
}
