using System.Diagnostics;
using Google.Protobuf;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;

namespace GymBridge.Server.Sessions;

/// <summary>Calls that come through shared memory: the same numbers, the same execution, and of the replies the last one is kept.</summary>
/// <remarks>Such a call is executed on the thread that brings it. Whatever is out of order is left to the gRPC connection, on which
/// the client then sends the same call: it alone says refusals, and gives a reply for a second time.</remarks>
internal sealed partial class Session
{
    private PendingCall? _shared;
    private Action? _onShareEnd;

    /// <summary>Whether the last call was so quick that the next one may hold up the thread that brings it.</summary>
    public bool IsQuick
    {
        get
        {
            lock (_gate)
            {
                return _isQuick;
            }
        }
    }

    /// <summary>What ends the shared memory, to be called when the session ends; that of a former connection is ended now.</summary>
    public void OnEnd(Action action)
    {
        Action? now = action;
        lock (_gate)
        {
            if (!_isClosed)
            {
                (now, _onShareEnd) = (_onShareEnd, action);
            }
        }

        now?.Invoke();
    }

    /// <summary>Nobody looks at the shared memory any more: its client has gone, or it was ended. As long as it is looked at, a client is there,
    /// also where its gRPC connection broke, which a client that only steps does not notice.</summary>
    public void ForgetShare(Action action)
    {
        lock (_gate)
        {
            if (_onShareEnd == action)
            {
                _onShareEnd = null;
                _disconnectedAt = _time.GetTimestamp();
            }
        }
    }

    /// <summary>Takes the columns of the session out of memory that is to be given back.</summary>
    /// <returns>False where a call runs, which may write there.</returns>
    public bool TryLeave(CallMemory memory)
    {
        lock (_gate)
        {
            if (!_environment.Uses(memory))
            {
                return true;
            }

            if (_isWorking)
            {
                return false;
            }

            SerializeShared();
            _environment.Use(null);
            return true;
        }
    }

    /// <summary>Executes a call of shared memory.</summary>
    /// <returns>Whether it was executed and its reply taken; else the gRPC connection has the answer.</returns>
    public bool TryExecute(ISharedCall shared)
    {
        if (!TryAdmit(shared, out var pending))
        {
            return false;
        }

        var started = Stopwatch.GetTimestamp();
        var isTaken = false;
        try
        {
            var (reply, _) = Perform(pending.Call, started, shared.Guard);
            isTaken = shared.TryTake(reply);
            Finish(pending, reply, started);
            if (reply.Fault is { Recoverable: false } loss)
            {
                EndLost(pending.Seq, loss);
            }
        }
        catch (CallRefusedException refusal)
        {
            Withdraw(pending, refusal);
        }
        catch (Exception exception)
        {
            Fail(pending, exception);
        }

        GoOn();
        return isTaken;
    }

    private bool TryAdmit(ISharedCall shared, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PendingCall? pending)
    {
        pending = null;
        lock (_gate)
        {
            // The call itself is read here too: a second one with its number is compared with it under the same lock.
            if (_isClosed || _isWorking || _early.Count > 0 || shared.Epoch < _epoch || shared.Seq != _nextSeq)
            {
                return false;
            }

            ForgetShared();
            _environment.Use(shared.Memory);
            if (!shared.TryRead(mustBeNew: _shared is { IsJoined: true }, out var call))
            {
                return false;
            }

            _lastCall = _time.GetTimestamp();
            pending = Reuse(call);
            ref var slot = ref _kept[call.Seq % (ulong)_kept.Length];
            if (slot is { IsUnread: true } old)
            {
                _buffers.Return(old.Buffer);
            }

            slot = _running = pending;
            _nextSeq++;
            _isWorking = true;
            return true;
        }
    }

    // Of the replies of shared memory only the last one is kept: what it is made of is the environment's own.
    private void ForgetShared()
    {
        if (_shared is { Unserialized: not null } former)
        {
            former.Unserialized = null;
            Forget(former);
        }
    }

    private PendingCall Reuse(Call call)
    {
        if (_shared is { IsJoined: false } former && ReferenceEquals(former.Call, call))
        {
            former.Restart(_lastCall, LimitOf(call));
            return former;
        }

        return _shared = new PendingCall(call, _lastCall, LimitOf(call), isShared: true);
    }

    private void Finish(PendingCall pending, Reply reply, long started)
    {
        TaskCompletionSource<PendingCall>? completion = null;
        lock (_gate)
        {
            _running = null;
            _isQuick = Stopwatch.GetElapsedTime(started) < _options.QuickCall;
            _lastSeq = pending.Seq;
            _lastCall = _time.GetTimestamp();
            pending.FinishShared(reply);
            if (pending.IsJoined || _queue.Count > 0)
            {
                completion = Serialize(pending);
            }
        }

        completion?.TrySetResult(pending);
    }

    // Calls that came on the gRPC connection meanwhile run on a thread of their own, so that they do not delay this reply.
    private void GoOn()
    {
        bool mustFree;
        lock (_gate)
        {
            mustFree = _isClosed;
            if (!mustFree && _queue.Count == 0)
            {
                _isWorking = false;
                return;
            }
        }

        if (mustFree)
        {
            Next();
        }
        else
        {
            _threads.Run(RunWaiting);
        }
    }

    /// <summary>Gives the last call of shared memory the bytes of its reply, before another call changes what they are made of.</summary>
    private void SerializeShared()
    {
        if (_shared is not null)
        {
            Serialize(_shared)?.TrySetResult(_shared);
        }
    }

    private TaskCompletionSource<PendingCall>? Serialize(PendingCall pending)
    {
        if (pending.Unserialized is not { } reply)
        {
            return null;
        }

        var length = reply.CalculateSize();
        var buffer = _buffers.Rent(length);
        reply.WriteTo(buffer.AsSpan(0, length));
        return pending.Finish(buffer, length);
    }
}

/// <summary>A call that lies in shared memory.</summary>
internal interface ISharedCall
{
    /// <summary>Its number.</summary>
    ulong Seq { get; }

    /// <summary>The epoch that its client has.</summary>
    uint Epoch { get; }

    /// <summary>Where it lies, and its reply will.</summary>
    CallMemory Memory { get; }

    /// <summary>Ends its environment's code where that holds up somebody; null where it does not.</summary>
    IEnvironmentGuard? Guard { get; }

    /// <summary>Reads the call.</summary>
    /// <param name="mustBeNew">Whether the message of the call before may still be looked at.</param>
    /// <param name="call">The call; the same message may come again with another content.</param>
    /// <returns>False if it is none.</returns>
    bool TryRead(bool mustBeNew, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Call? call);

    /// <summary>Writes the reply into shared memory.</summary>
    /// <returns>False if it does not fit there.</returns>
    bool TryTake(Reply reply);
}
