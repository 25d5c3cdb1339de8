using GymBridge.Protocol.V1;
using Microsoft.AspNetCore.Http;

namespace GymBridge.Server.Sessions;

/// <summary>One call of a session, from its admission until its reply is no longer kept.</summary>
/// <remarks>The session's lock guards everything but <see cref="Release"/> and the bytes of a finished reply.</remarks>
internal sealed class PendingCall(Call call, long waitingSince, TimeSpan limit)
{
    private TaskCompletionSource<PendingCall> _completion = new();
    private int _readers = 1;

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

    /// <summary>Ends with this execution when the reply is there.</summary>
    public Task<PendingCall> Task => _completion.Task;

    /// <summary>Whether nobody will read the reply any more, so that its buffer may be used again.</summary>
    public bool IsUnread => IsDone && Volatile.Read(ref _readers) == 0;

    public bool HasExpired { get; private set; }

    /// <summary>The request whose own thread executes the call and so cannot be answered meanwhile; null if another one does.</summary>
    public HttpContext? Carrier { get; set; }

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
        return _completion;
    }

    /// <summary>Marks the wait as too long; the caller then fails the returned source outside the lock.</summary>
    public TaskCompletionSource<PendingCall> Expire()
    {
        // Under the lock the call is not done, so the request still is the one that waits. Its client sees a broken stream,
        // sends the call again, and that request can be answered.
        Carrier?.Abort();
        Carrier = null;
        HasExpired = true;
        return _completion;
    }

    /// <summary>The source of a call that is not executed; the caller fails it outside the lock.</summary>
    public TaskCompletionSource<PendingCall> Refuse() => _completion;

    /// <summary>Whether another message asks for the same thing.</summary>
    public bool IsSameAs(Call other) => Call.KindCase == other.KindCase && Call.KindCase switch
    {
        Call.KindOneofCase.Reset => Call.Reset.Equals(other.Reset),
        Call.KindOneofCase.Step => Call.Step.Equals(other.Step),
        Call.KindOneofCase.Ping => true,
        Call.KindOneofCase.GetAttribute => Call.GetAttribute.Equals(other.GetAttribute),
        Call.KindOneofCase.SetAttribute => Call.SetAttribute.Equals(other.SetAttribute),
        Call.KindOneofCase.CallMethod => Call.CallMethod.Equals(other.CallMethod),
        Call.KindOneofCase.Render => Call.Render.Equals(other.Render),
        Call.KindOneofCase.GetGenerator => Call.GetGenerator.Equals(other.GetGenerator),
        Call.KindOneofCase.SetGenerator => Call.SetGenerator.Equals(other.SetGenerator),
        _ => false,
    };
}
