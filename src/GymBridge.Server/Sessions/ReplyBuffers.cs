namespace GymBridge.Server.Sessions;

/// <summary>The buffers of a session's serialized replies, used again and again. Thread-safe.</summary>
internal sealed class ReplyBuffers
{
    // The latencies in the next reply may take a byte or two more.
    private const int Room = 32;

    private readonly Lock _gate = new();
    private readonly Stack<byte[]> _free = new();

    /// <summary>A buffer of at least so many bytes.</summary>
    public byte[] Rent(int length)
    {
        lock (_gate)
        {
            if (_free.TryPop(out var buffer) && buffer.Length >= length)
            {
                return buffer;
            }
        }

        return new byte[length + Room];
    }

    /// <summary>Takes a buffer back whose bytes nobody reads any more.</summary>
    public void Return(byte[] buffer)
    {
        lock (_gate)
        {
            _free.Push(buffer);
        }
    }
}
