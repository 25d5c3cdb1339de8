using System.Buffers;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>Some bytes outside of the managed heap, for somebody who may keep them: what owns them lives for as long as anything refers to this.</summary>
/// <remarks>Its <c>Dispose</c> does nothing: a column that somebody has kept must not end up in memory of somebody else.</remarks>
internal sealed unsafe class LentMemory(object owner, byte* address, int count) : MemoryManager<byte>
{
    private readonly object _owner = owner;
    private readonly byte* _address = address;

    /// <summary>What owns the bytes.</summary>
    public object Owner => _owner;

    public override Span<byte> GetSpan() => new(_address, count);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)count, nameof(elementIndex));
        return new MemoryHandle(_address + elementIndex, pinnable: this);
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
