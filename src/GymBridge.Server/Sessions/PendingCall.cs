using GymBridge.Protocol.V1;

namespace GymBridge.Server.Sessions;

/// <summary>One call of a session, from its admission until its reply is no longer kept.</summary>
/// <remarks>The session's lock guards everything but <see cref="Release"/> and the bytes of a finished reply.</remarks>
internal sealed class PendingCall(Call call, long waitingSince, TimeSpan limit, bool isShared = false)
{
    private TaskCompletionSource<PendingCall> _completion = new();
    private int _readers = isShared ? 0 : 1;

    public Call Call { get; } = call;

    public ulong Seq => Call.Seq;

    /// <summary>When the wait for the reply began: a timestamp of the session's time provider.</summary>
    public long WaitingSince { get; private set; } = waitingSince;

    public TimeSpan Limit { get; private set; } = limit;

    public bool IsDone { get; private set; }

    /// <summary>The serialized reply; valid while somebody who joined has not released it.</summary>
    public ReadOnlySpan<byte> Reply => Buffer.AsSpan(0, Length);

    public byte[] Buffer { get; private set; } = [];

    public int Length { get; private set; }

    /// <summary>Ends with this call when the reply is there.</summary>
    public Task<PendingCall> Task => _completion.Task;

    /// <summary>Whether nobody will read the reply any more, so that its buffer may be used again.</summary>
    public bool IsUnread => IsDone && Buffer.Length > 0 && Volatile.Read(ref _readers) == 0;

    public bool HasExpired { get; private set; }

    /// <summary>Who brought the call, if that one's own thread executes it; null if another one does.</summary>
    public ICallOrigin? InlineOrigin { get; set; }

    /// <summary>The reply of a call that came through shared memory, as long as nobody wanted its bytes: valid until the next call
    /// is executed.</summary>
    public Reply? Unserialized { get; set; }

    /// <summary>Whether somebody else than the shared memory waits for the call, or has got its bytes.</summary>
    public bool IsJoined => HasExpired || Buffer.Length > 0 || Volatile.Read(ref _readers) > 0 || _completion.Task.IsCompleted;

    /// <summary>Uses it for the next call that comes through shared memory.</summary>
    public void Restart(long waitingSince, TimeSpan limit)
    {
        WaitingSince = waitingSince;
        Limit = limit;
        IsDone = false;
        Unserialized = null;
    }

    /// <summary>Keeps the reply of a call that came through shared memory, without its bytes.</summary>
    public void FinishShared(Reply reply)
    {
        Unserialized = reply;
        IsDone = true;
    }

    /// <summary>One more reader of the reply, of a call that came again.</summary>
    public Task<PendingCall> Join(long now, TimeSpan limit)
    {
        Interlocked.Increment(ref _readers);
        if (!HasExpired)
        {
            return _completion.Task;
        }

        if (IsDone)
        {
            return System.Threading.Tasks.Task.FromResult(this);
        }

        HasExpired = false;
        WaitingSince = now;
        Limit = limit;
        _completion = new();
        return _completion.Task;
    }

    /// <summary>A reader has copied the reply. One that never does only keeps the buffer from being used again.</summary>
    public void Release() => Interlocked.Decrement(ref _readers);

    /// <summary>Keeps the reply; the caller then completes the returned source outside the lock.</summary>
    public TaskCompletionSource<PendingCall> Finish(byte[] buffer, int length)
    {
        Buffer = buffer;
        Length = length;
        IsDone = true;
        Unserialized = null;
        InlineOrigin = null;
        return _completion;
    }

    /// <summary>Marks the wait as over; the caller then refuses the call outside the lock.</summary>
    public Refusable Expire()
    {
        HasExpired = true;
        var refusable = new Refusable(this, _completion, InlineOrigin);
        InlineOrigin = null;
        return refusable;
    }

    /// <summary>Whether another message asks for the same thing; session, patience, epoch and acknowledgement do not count.</summary>
    public bool IsSameAs(Call other) => Bare(Call).Equals(Bare(other));

    private static Call Bare(Call call)
    {
        var bare = call.Clone();
        bare.SessionId = Google.Protobuf.ByteString.Empty;
        bare.TimeoutMs = 0;
        bare.Epoch = 0;
        bare.AcknowledgedSeq = 0;
        return bare;
    }

    /// <summary>The wait for a call, to be ended outside the session's lock.</summary>
    public readonly record struct Refusable(PendingCall Pending, TaskCompletionSource<PendingCall> Completion, ICallOrigin? Origin)
    {
        public void Refuse(CallRefusedException refusal)
        {
            Origin?.Refuse(refusal);
            Completion.TrySetException(refusal);
        }
    }
}
