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

    /// <summary>The first byte.</summary>
    protected abstract byte* Base { get; }

    /// <summary>Some bytes of it.</summary>
    public Span<byte> Bytes(int at, int count) => new(Base + at, count);
}
