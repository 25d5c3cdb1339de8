using System.Buffers;
using System.Runtime.InteropServices;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>Memory in which one call of a session and its reply lie, as a <see cref="SharedLayout"/> lays them out.</summary>
internal abstract unsafe class CallMemory(SharedLayout layout)
{
    /// <summary>Where everything lies.</summary>
    public SharedLayout Layout { get; } = layout;

    /// <summary>What stands before the request's data; everything in it is the other side's word.</summary>
    public ref RequestHead RequestHead => ref *(RequestHead*)(Base + SharedLayout.RequestHeadAt);

    /// <summary>What stands before the reply's data.</summary>
    public ref ReplyHead ReplyHead => ref *(ReplyHead*)(Base + SharedLayout.ReplyHeadAt);

    /// <summary>Whether somebody may still have bytes of it when it is disposed; then it is given back when he has not.</summary>
    protected bool IsLent { get; private set; }

    /// <summary>What gives the memory back when nothing refers to it any more.</summary>
    protected abstract SafeHandle Owner { get; }

    /// <summary>The first byte.</summary>
    protected abstract byte* Base { get; }

    /// <summary>Some bytes of it.</summary>
    public Span<byte> Bytes(int at, int count) => new(Base + at, count);

    /// <summary>Some bytes of it for somebody who may keep them: for as long as anything refers to them they are memory of nobody else, be it that
    /// this was disposed.</summary>
    public MemoryManager<byte> Lend(int at, int count)
    {
        IsLent = true;
        return new LentMemory(Owner, Base + at, count);
    }
}
