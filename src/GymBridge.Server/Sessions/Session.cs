using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Server.Service;
using Microsoft.AspNetCore.Http;

namespace GymBridge.Server.Sessions;

/// <summary>One client's environment: admits calls by sequence number, runs them one after the other, and keeps the last replies
/// so that a call that comes again gets its reply without a second step.</summary>
internal sealed class Session : IThreadPoolWorkItem
{
    private const int BufferRoom = 32;

    private readonly Lock _gate = new();
    private readonly EnvironmentCaller _environment;
    private readonly TimeProvider _time;
    private readonly GymBridgeOptions _options;
    private readonly ILogger _logger;
    private readonly Action<Session> _onLost;
    private readonly PendingCall?[] _kept;
    private readonly Queue<PendingCall> _queue = new();
    private readonly Stack<byte[]> _buffers = new();
    private PendingCall? _running;
    private ulong _nextSeq = 1;
    private ulong _lastSeq;
    private long _lastCall;
    private bool _isWorking;
    private bool _isQuick;
    private bool _isClosed;

    public Session(SessionPlan plan, EnvironmentCaller environment, GymBridgeOptions options, TimeProvider time, ILogger logger, Action<Session> onLost)
    {
        Plan = plan;
        _environment = environment;
        _options = options;
        _time = time;
        _logger = logger;
        _onLost = onLost;
        _kept = new PendingCall?[plan.Credits];
        _lastCall = time.GetTimestamp();
    }

    public SessionPlan Plan { get; }

    /// <summary>The last call executed; 0 for none.</summary>
    public ulong LastSeq
    {
        get
        {
            lock (_gate)
            {
                return _lastSeq;
            }
        }
    }

    /// <summary>Whether a call runs or waits to run.</summary>
    public bool IsWorking
    {
        get
        {
            lock (_gate)
            {
                return _isWorking;
            }
        }
    }

    /// <summary>Admits a call, or finds the one that came before with the same number.</summary>
    /// <param name="call">The call.</param>
    /// <param name="request">The request that brought it; its thread executes a call that is expected to be quick.</param>
    /// <returns>Ends with the reply, of which the caller must release its share after it has copied the bytes.</returns>
    /// <exception cref="RpcException">The number, or the content for the number, is not what the session expects.</exception>
    public Task<PendingCall> Submit(Call call, HttpContext request)
    {
        PendingCall execution;
        bool isQuick;
        lock (_gate)
        {
            if (_isClosed)
            {
                throw RpcErrors.NotFound("The session is closed.");
            }

            _lastCall = _time.GetTimestamp();
            if (call.Seq != _nextSeq)
            {
                return Known(call).Join(_lastCall, LimitOf(call));
            }

            execution = Admit(call);
            if (_isWorking)
            {
                return execution.Task;
            }

            _isWorking = true;
            isQuick = _isQuick;
            execution.Carrier = isQuick ? request : null;
        }

        if (isQuick)
        {
            RunHere();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }

        return execution.Task;
    }

    /// <summary>Renews the lease, for a client that comes back.</summary>
    public void Touch()
    {
        lock (_gate)
        {
            _lastCall = _time.GetTimestamp();
        }
    }

    /// <summary>Answers the calls that have run or waited too long with DEADLINE_EXCEEDED.</summary>
    /// <returns>Whether the session has been without a call for longer than its lease.</returns>
    public bool Tick()
    {
        List<(PendingCall PendingCall, TaskCompletionSource<PendingCall> Completion)>? late = null;
        lock (_gate)
        {
            if (!_isWorking)
            {
                return !_isClosed && _time.GetElapsedTime(_lastCall) > Plan.Lease;
            }

            foreach (var execution in _kept)
            {
                if (execution is { HasExpired: false, IsDone: false } && _time.GetElapsedTime(execution.WaitingSince) > execution.Limit)
                {
                    (late ??= []).Add((execution, execution.Expire()));
                }
            }
        }

        late?.ForEach(item => TellLate(item.PendingCall, item.Completion));
        return false;
    }

    /// <summary>Closes the session; an environment call that runs is finished first. Closing twice is fine.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            if (_isWorking)
            {
                return; // the worker frees the environment when it is done
            }
        }

        FreeEnvironment();
    }

    /// <summary>Runs the calls that wait, in order.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        while (Next() is { } execution)
        {
            Run(execution);
        }
    }

    /// <summary>Executes a call into a buffer: the whole path of a step but its admission and the network.</summary>
    internal (byte[] Buffer, int Length, bool IsRecoverable) Perform(Call call, long started)
    {
        var reply = _environment.Execute(call);
        reply.ServerUs = EnvironmentCaller.Microseconds(Stopwatch.GetTimestamp() - started);
        var length = reply.CalculateSize();
        if (length > _options.MaxMessageBytes)
        {
            reply = TooLarge(call.Seq, length);
            length = reply.CalculateSize();
        }

        var buffer = Rent(length);
        reply.WriteTo(buffer.AsSpan(0, length));
        return (buffer, length, reply.Fault?.Recoverable ?? true);
    }

    /// <summary>Takes a buffer back whose bytes nobody reads any more.</summary>
    internal void Return(byte[] buffer)
    {
        lock (_gate)
        {
            _buffers.Push(buffer);
        }
    }

    private void TellLate(PendingCall execution, TaskCompletionSource<PendingCall> completion)
    {
        _logger.CallTooLong(Plan.Name, execution.Seq, execution.Limit);
        completion.TrySetException(RpcErrors.DeadlineExceeded(
            $"The environment call took longer than {execution.Limit.TotalSeconds:0.###} s (timeout_ms, or the host's limit); it goes on, and seq {execution.Seq} sent again waits for its reply."));
    }

    private byte[] Rent(int length)
    {
        lock (_gate)
        {
            if (_buffers.TryPop(out var buffer) && buffer.Length >= length)
            {
                return buffer;
            }
        }

        // Some room, because the latencies in the next reply may take a byte or two more.
        return new byte[length + BufferRoom];
    }

    /// <summary>Runs one call on this thread; those that came meanwhile go to another one, so that they do not delay its reply.</summary>
    private void RunHere()
    {
        if (Next() is not { } execution)
        {
            return;
        }

        Run(execution);
        lock (_gate)
        {
            if (_queue.Count == 0 && !_isClosed)
            {
                _isWorking = false;
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private PendingCall? Next()
    {
        List<PendingCall>? dropped = null;
        var mustFree = false;
        try
        {
            lock (_gate)
            {
                _running = null;
                if (_isClosed)
                {
                    dropped = [.. _queue];
                    _queue.Clear();
                    mustFree = _isWorking;
                    _isWorking = false;
                    return null;
                }

                if (!_queue.TryDequeue(out _running))
                {
                    _isWorking = false;
                    return null;
                }

                return _running;
            }
        }
        finally
        {
            dropped?.ForEach(execution => execution.Refuse().TrySetException(RpcErrors.NotFound("The session is closed.")));
            if (mustFree)
            {
                FreeEnvironment();
            }
        }
    }

    private void Run(PendingCall execution)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            var (buffer, length, isRecoverable) = Perform(execution.Call, started);
            TaskCompletionSource<PendingCall> completion;
            lock (_gate)
            {
                _running = null; // before the reply leaves: the next call may come at once
                _isQuick = Stopwatch.GetElapsedTime(started) < _options.QuickCall;
                _lastSeq = execution.Seq;
                _lastCall = _time.GetTimestamp();
                completion = execution.Finish(buffer, length);
            }

            if (!isRecoverable)
            {
                _logger.EnvironmentLost(Plan.Name, execution.Seq);
                Close();
                _onLost(this);
            }

            completion.TrySetResult(execution);
        }
        catch (RpcException refusal)
        {
            Withdraw(execution, refusal);
        }
        catch (Exception exception)
        {
            _logger.InternalError(exception, Plan.Name, execution.Seq);
            Close();
            _onLost(this);
            Withdraw(execution, RpcErrors.Internal("Bug in GymBridge: the call failed inside the host, which has closed the session; its log tells more."));
        }
    }

    /// <summary>Gives the numbers of a refused call, and of those that wait behind it, back to the session.</summary>
    private void Withdraw(PendingCall refused, RpcException refusal)
    {
        List<PendingCall> behind;
        lock (_gate)
        {
            _running = null;
            behind = [.. _queue];
            _queue.Clear();
            Forget(refused);
            behind.ForEach(Forget);
            _nextSeq = refused.Seq;
        }

        refused.Refuse().TrySetException(refusal);
        foreach (var execution in behind)
        {
            execution.Refuse().TrySetException(WrongSeq(refused.Seq, execution.Seq));
        }
    }

    private void Forget(PendingCall execution)
    {
        ref var slot = ref _kept[execution.Seq % (ulong)_kept.Length];
        if (ReferenceEquals(slot, execution))
        {
            slot = null;
        }
    }

    private PendingCall Admit(Call call)
    {
        if (_queue.Count + (_running is null ? 0 : 1) >= _kept.Length)
        {
            throw RpcErrors.ResourceExhausted($"credits: {_kept.Length} calls of this session are in flight, which is the limit; wait for a reply.");
        }

        ref var slot = ref _kept[call.Seq % (ulong)_kept.Length];
        if (slot is { IsUnread: true } old)
        {
            _buffers.Push(old.Buffer);
        }

        var execution = new PendingCall(call, _lastCall, LimitOf(call));
        slot = execution;
        _queue.Enqueue(execution);
        _nextSeq++;
        return execution;
    }

    private TimeSpan LimitOf(Call call) => call.TimeoutMs == 0 ? _options.CallLimit : TimeSpan.FromMilliseconds(call.TimeoutMs);

    private PendingCall Known(Call call)
    {
        if (call.Seq < _nextSeq && _kept[call.Seq % (ulong)_kept.Length] is { } execution && execution.Seq == call.Seq)
        {
            return execution.IsSameAs(call)
                ? execution
                : throw RpcErrors.InvalidArgument($"Seq {call.Seq} came before with another content ({execution.Call.KindCase}); a call sent again must be the same.");
        }

        throw WrongSeq(_nextSeq, call.Seq);
    }

    private RpcException WrongSeq(ulong expected, ulong found) => RpcErrors.FailedPrecondition(
        $"Expected seq {expected}, got {found}; the last {_kept.Length} replies can be asked for again.");

    private Reply TooLarge(ulong seq, int length)
    {
        var exception = new MessageTooLargeException(
            $"The reply takes {length} bytes, max_message_bytes is {_options.MaxMessageBytes}; the environment has stepped, its infos are too large.");
        return new Reply { Seq = seq, Fault = FaultCodec.Encode(exception, isRecoverable: true, withTrace: false) };
    }

    private void FreeEnvironment()
    {
        try
        {
            _environment.Dispose();
        }
        catch (Exception exception)
        {
            _logger.CloseFailed(exception, Plan.Name);
        }
    }
}
