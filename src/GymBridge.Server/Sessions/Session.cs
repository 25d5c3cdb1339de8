using System.Diagnostics;
using Google.Protobuf;
using GymBridge.Protocol;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Server.Diagnostics;

namespace GymBridge.Server.Sessions;

/// <summary>One client's environment: admits calls by sequence number, runs them one after the other, and keeps the last replies
/// so that a call that comes again gets its reply without a second step.</summary>
/// <remarks>It knows nothing of the transport: a call comes with its <see cref="ICallOrigin"/>, a refusal is a
/// <see cref="CallRefusedException"/>. docs/protocol.md, sections 2 to 4, has the rules.</remarks>
#pragma warning disable CA1001 // The source has neither timer nor handle: there is nothing to free.
internal sealed partial class Session
#pragma warning restore CA1001
{
    private readonly Lock _gate = new();
    private readonly EnvironmentCaller _environment;
    private readonly EnvironmentThreads _threads;
    private readonly TimeProvider _time;
    private readonly GymBridgeOptions _options;
    private readonly ILogger _logger;
    private readonly Action<Session, SessionEnd, string> _onLost;
    private readonly ReplyBuffers _buffers = new();
    private readonly PendingCall?[] _kept;
    private readonly Queue<PendingCall> _queue = new();
    private readonly SortedDictionary<ulong, PendingCall> _early = [];
    private readonly HashSet<IPeerConnection> _connections = [];
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource<Fault?> _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PendingCall? _running;
    private IPeerConnection? _lastConnection;
    private ulong _nextSeq = 1;
    private ulong _lastSeq;
    private uint _epoch = 1;
    private long _lastCall;
    private long _disconnectedAt;
    private bool _isDisconnected;
    private bool _isWorking;
    private bool _isQuick;
    private bool _isClosed;
    private bool _isAbandoned;

    public Session(
        SessionPlan plan,
        EnvironmentCaller environment,
        EnvironmentThreads threads,
        GymBridgeOptions options,
        TimeProvider time,
        ILogger logger,
        Action<Session, SessionEnd, string> onLost,
        SessionMeter? meter = null)
    {
        Plan = plan;
        _environment = environment;
        _threads = threads;
        _options = options;
        _time = time;
        _logger = logger;
        _onLost = onLost;
        Meter = meter;
        _kept = new PendingCall?[plan.Credits];
        _lastCall = time.GetTimestamp();
    }

    public SessionPlan Plan { get; }

    /// <summary>The Open that made it, where that has a name.</summary>
    public NamedOpens.Open? OpenedAs { get; set; }

    /// <summary>Ends when the environment is closed, with what that threw.</summary>
    public Task<Fault?> Freed => _freed.Task;

    /// <summary>Measures its calls; null for nobody.</summary>
    public SessionMeter? Meter { get; }

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

    /// <summary>How long it is kept without a call: its lease once there was one.</summary>
    public TimeSpan Patience
    {
        get
        {
            lock (_gate)
            {
                return CurrentPatience;
            }
        }
    }

    /// <summary>The streams that drive it.</summary>
    public SessionStreams Streams { get; } = new();

    /// <summary>Cancelled when the session is closed.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>How often the session was opened and resumed.</summary>
    public uint Epoch
    {
        get
        {
            lock (_gate)
            {
                return _epoch;
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

    /// <summary>Where the session is, for a client that opens or resumes it.</summary>
    public SessionPosition Position
    {
        get
        {
            lock (_gate)
            {
                return new SessionPosition(_epoch, _lastSeq, OldestKept(), _running?.Seq ?? 0, _isWorking ? [] : _environment.Ended);
            }
        }
    }

    /// <summary>Admits a call, or finds the one that came before with the same number.</summary>
    /// <param name="call">The call.</param>
    /// <param name="epoch">The epoch that its connection has.</param>
    /// <param name="origin">Who brings it; that one's thread executes a call that is expected to be quick.</param>
    /// <returns>Ends with the reply, of which the caller must release its share after it has copied the bytes.</returns>
    /// <exception cref="CallRefusedException">The number, or the content for the number, is not what the session expects.</exception>
    public Task<PendingCall> Submit(Call call, uint epoch, ICallOrigin origin)
    {
        PendingCall pending;
        bool isInline;
        lock (_gate)
        {
            CheckOpen(epoch);
            NoteConnection(origin.Connection);
            _lastCall = _time.GetTimestamp();
            Acknowledge(call.AcknowledgedSeq);
            if (call.Seq != _nextSeq)
            {
                return FindOrHold(call);
            }

            pending = Admit(call, null);
            AdmitEarly();
            if (_isWorking)
            {
                return pending.Task;
            }

            _isWorking = true;
            isInline = _isQuick && _queue.Count == 1 && _threads.TryEnterInline();
            pending.InlineOrigin = isInline ? origin : null;
        }

        if (isInline)
        {
            RunOnCallersThread();
        }
        else
        {
            _threads.Run(RunWaiting);
        }

        return pending.Task;
    }

    /// <summary>Gives the session to another connection: every call of the former ones is refused from now on.</summary>
    /// <exception cref="CallRefusedException">The session was closed meanwhile.</exception>
    public void Resume()
    {
        IPeerConnection[] former;
        lock (_gate)
        {
            CheckOpen(_epoch);
            _epoch++;
            former = [.. _connections];
            _connections.Clear();
            _lastConnection = null;
            _isDisconnected = false;
            _lastCall = _time.GetTimestamp();
        }

        Array.ForEach(former, connection => connection.Release(this));
    }

    /// <summary>Throws unless a connection of this epoch may still use the session.</summary>
    /// <exception cref="CallRefusedException">It was resumed elsewhere since.</exception>
    public void CheckEpoch(uint epoch)
    {
        lock (_gate)
        {
            ThrowIfSuperseded(epoch);
        }
    }

    /// <summary>Notes that the session depends on a connection.</summary>
    public void Attach(IPeerConnection? connection)
    {
        lock (_gate)
        {
            NoteConnection(connection);
        }
    }

    /// <summary>Notes that a connection has ended; after the last one the time of grace begins.</summary>
    public void Detach(IPeerConnection connection)
    {
        lock (_gate)
        {
            if (_connections.Remove(connection) && _connections.Count == 0)
            {
                _lastConnection = null;
                _isDisconnected = true;
                _disconnectedAt = _time.GetTimestamp();
            }
        }
    }

    /// <summary>Answers the calls that have run or waited too long.</summary>
    /// <returns>Why the session must end now; null if it goes on.</returns>
    public SessionEnd? Tick()
    {
        List<PendingCall.Refusable>? late = null;
        lock (_gate)
        {
            if (!_isWorking && _early.Count == 0)
            {
                return _isClosed ? null
                    : _time.GetElapsedTime(_lastCall) > CurrentPatience ? SessionEnd.Lease
                    : _isDisconnected && _onShareEnd is null && _time.GetElapsedTime(_disconnectedAt) > Plan.Grace ? SessionEnd.Disconnected
                    : null;
            }

            foreach (var pending in _kept.Concat(_early.Values))
            {
                if (pending is { HasExpired: false, IsDone: false } && _time.GetElapsedTime(pending.WaitingSince) > pending.Limit)
                {
                    (late ??= []).Add(pending.Expire());
                }
            }

            foreach (var expired in _early.Values.Where(pending => pending.HasExpired).ToList())
            {
                _early.Remove(expired.Seq);
            }
        }

        late?.ForEach(TellLate);
        return null;
    }

    /// <summary>Closes the session; whoever waits for a reply is told at once. An environment call that runs is abandoned: its
    /// thread is counted, and frees the environment when it comes back. Closing twice is fine.</summary>
    public void Close(CallRefusedException? refusal = null)
    {
        List<PendingCall.Refusable> waiting;
        IPeerConnection[] connections;
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            connections = [.. _connections];
            _connections.Clear();
            waiting = [.. _kept.Concat(_early.Values).Where(pending => pending is { IsDone: false, HasExpired: false }).Select(pending => pending!.Expire())];
            _early.Clear();
            _queue.Clear();
            _isAbandoned = _isWorking;
        }

        Array.ForEach(connections, connection => connection.Release(this));
        if (_isAbandoned)
        {
            _threads.CountAbandoned(1);
        }

        _onShareEnd?.Invoke();
        var text = refusal ?? new CallRefusedException(ErrorReasons.SessionClosed, "The session was closed while the call waited.", ("last_seq", $"{LastSeq}"), ("cause", "closed"));
        waiting.ForEach(pending => pending.Refuse(text));
        _ended.Cancel();
        if (!_isAbandoned)
        {
            _threads.Run(FreeEnvironment);
        }
    }

    /// <summary>Executes a call into a buffer: the whole path of a step but its admission and the network.</summary>
    internal (byte[] Buffer, int Length, Fault? Loss) Execute(Call call, long started)
    {
        var (reply, length) = Perform(call, started);
        var buffer = _buffers.Rent(length);
        reply.WriteTo(buffer.AsSpan(0, length));
        return (buffer, length, reply.Fault is { Recoverable: false } loss ? loss : null);
    }

    private (Reply Reply, int Length) Perform(Call call, long started, IEnvironmentGuard? guard = null)
    {
        using var activity = Meter?.Start(call);
        var reply = _environment.Execute(call, guard);
        Meter?.Executed(call, reply, activity);
        reply.ServerUs = EnvironmentCaller.Microseconds(Stopwatch.GetTimestamp() - started);
        var length = reply.CalculateSize();
        if (length > _options.MaxMessageBytes)
        {
            reply = TooLarge(call, length);
            length = reply.CalculateSize();
        }

        return (reply, length);
    }

    /// <summary>Takes a buffer back whose bytes nobody reads any more.</summary>
    internal void Return(byte[] buffer) => _buffers.Return(buffer);

    // An Open may be cancelled while its reply is on the way: nobody then knows of the session, whatever lease was asked for.
    private TimeSpan CurrentPatience =>
        _nextSeq > 1 || Plan.Lease < ProtocolConstants.FirstCallTime ? Plan.Lease : ProtocolConstants.FirstCallTime;

    private void CheckOpen(uint epoch)
    {
        if (_isClosed)
        {
            throw new CallRefusedException(ErrorReasons.SessionClosed, "The session is closed.", ("last_seq", $"{_lastSeq}"), ("cause", "closed"));
        }

        ThrowIfSuperseded(epoch);
    }

    private void ThrowIfSuperseded(uint epoch)
    {
        if (epoch < _epoch)
        {
            throw new CallRefusedException(
                ErrorReasons.Superseded,
                $"The session was resumed by another connection: it is in epoch {_epoch}, and the call is of epoch {epoch}. Whoever resumed it goes on; open a new session here.",
                ("epoch", $"{_epoch}"));
        }
    }

    private void NoteConnection(IPeerConnection? connection)
    {
        if (connection is null || ReferenceEquals(connection, _lastConnection))
        {
            return;
        }

        _lastConnection = connection;
        _isDisconnected = false;
        if (_connections.Add(connection))
        {
            connection.Attach(this);
        }
    }

    private void Acknowledge(ulong seq)
    {
        if (seq == 0)
        {
            return;
        }

        for (var i = 0; i < _kept.Length; i++)
        {
            if (_kept[i] is { IsUnread: true } pending && pending.Seq <= seq)
            {
                _buffers.Return(pending.Buffer);
                _kept[i] = null;
            }
        }
    }

    private Task<PendingCall> FindOrHold(Call call)
    {
        if (call.Seq == 0)
        {
            throw new CallRefusedException(ErrorReasons.BadRequest, "Seq 0 is no number of a call; the first call has 1.", ("field", "seq"));
        }

        var found = _early.GetValueOrDefault(call.Seq);
        if (found is null && call.Seq < _nextSeq && _kept[call.Seq % (ulong)_kept.Length] is { } kept && kept.Seq == call.Seq)
        {
            found = kept;
        }

        if (found is not null)
        {
            Serialize(found)?.TrySetResult(found);
            return found.IsSameAs(call)
                ? found.Join(_lastCall, LimitOf(call))
                : throw new CallRefusedException(
                    ErrorReasons.SequenceConflict,
                    $"Seq {call.Seq} came before with another content ({found.Call.KindCase}); a call sent again must be the same.",
                    ("seq", $"{call.Seq}"));
        }

        if (call.Seq < _nextSeq)
        {
            throw new CallRefusedException(
                ErrorReasons.SequenceExpired,
                $"Expected seq {_nextSeq}, got {call.Seq}; the last {_kept.Length} replies can be asked for again, and this one is older.",
                ("oldest", $"{OldestKept()}"), ("got", $"{call.Seq}"));
        }

        if (call.Seq > _lastSeq + (ulong)_kept.Length)
        {
            throw Gap(_nextSeq, call.Seq);
        }

        var early = new PendingCall(call, _lastCall, LimitOf(call));
        _early.Add(call.Seq, early);
        return early.Task;
    }

    private void AdmitEarly()
    {
        while (_early.Remove(_nextSeq, out var early))
        {
            Admit(early.Call, early);
        }
    }

    private PendingCall Admit(Call call, PendingCall? early)
    {
        if (_queue.Count + (_running is null ? 0 : 1) >= _kept.Length)
        {
            throw new CallRefusedException(
                ErrorReasons.CapReached,
                $"credits: {_kept.Length} calls of this session are in flight, which is the limit; wait for a reply.",
                ("cap", "credits"), ("limit", $"{_kept.Length}"));
        }

        SerializeShared();
        ref var slot = ref _kept[call.Seq % (ulong)_kept.Length];
        if (slot is { IsUnread: true } old)
        {
            _buffers.Return(old.Buffer);
        }

        var pending = early ?? new PendingCall(call, _lastCall, LimitOf(call));
        slot = pending;
        _queue.Enqueue(pending);
        _nextSeq++;
        return pending;
    }

    private TimeSpan LimitOf(Call call)
    {
        var asked = TimeSpan.FromMilliseconds(call.TimeoutMs);
        return call.TimeoutMs == 0 || asked > _options.CallLimit ? _options.CallLimit : asked;
    }

    private ulong OldestKept() => _kept.Where(pending => pending is { IsDone: true }).Select(pending => pending!.Seq).DefaultIfEmpty().Min();

    private static CallRefusedException Gap(ulong expected, ulong got) => new(
        ErrorReasons.SequenceGap, $"Expected seq {expected}, got {got}; calls are missing before it.", ("expected", $"{expected}"), ("got", $"{got}"));

    private void TellLate(PendingCall.Refusable late)
    {
        var pending = late.Pending;
        ulong running;
        lock (_gate)
        {
            running = _running?.Seq ?? 0;
            if (pending.Seq > _nextSeq || (pending.Seq == _nextSeq && running == 0))
            {
                late.Refuse(Gap(_nextSeq, pending.Seq));
                return;
            }
        }

        _logger.CallTooLong(Plan.Name, pending.Seq, pending.Limit);
        late.Refuse(new CallRefusedException(
            ErrorReasons.CallTimeout,
            $"The environment call took longer than {pending.Limit.TotalSeconds:0.###} s (timeout_ms, or the host's limit); it goes on, and seq {pending.Seq} sent again waits for its reply.",
            ("limit_ms", $"{(long)pending.Limit.TotalMilliseconds}"), ("seq", $"{pending.Seq}"), ("running_seq", $"{running}")));
    }

    /// <summary>Runs the calls that wait, in order.</summary>
    private void RunWaiting()
    {
        while (Next() is { } pending)
        {
            Run(pending);
        }
    }

    /// <summary>Runs one call on this thread; those that came meanwhile go to another one, so that they do not delay its reply.</summary>
    private void RunOnCallersThread()
    {
        try
        {
            if (Next() is not { } pending)
            {
                return;
            }

            Run(pending);
        }
        finally
        {
            _threads.LeaveInline();
        }

        lock (_gate)
        {
            if (_queue.Count == 0 && !_isClosed)
            {
                _isWorking = false;
                return;
            }
        }

        _threads.Run(RunWaiting);
    }

    private PendingCall? Next()
    {
        bool mustFree;
        lock (_gate)
        {
            _running = null;
            if (!_isClosed && _queue.TryDequeue(out _running))
            {
                return _running;
            }

            mustFree = _isClosed && _isWorking;
            _isWorking = false;
        }

        if (mustFree)
        {
            FreeEnvironment();
            if (_isAbandoned)
            {
                _threads.CountAbandoned(-1);
            }
        }

        return null;
    }

    private void Run(PendingCall pending)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            var (buffer, length, loss) = Execute(pending.Call, started);
            TaskCompletionSource<PendingCall> completion;
            lock (_gate)
            {
                _running = null; // before the reply leaves: the next call may come at once
                _isQuick = Stopwatch.GetElapsedTime(started) < _options.QuickCall;
                _lastSeq = pending.Seq;
                _lastCall = _time.GetTimestamp();
                completion = pending.Finish(buffer, length);
            }

            if (loss is not null)
            {
                EndLost(pending.Seq, loss);
            }

            completion.TrySetResult(pending);
        }
        catch (CallRefusedException refusal)
        {
            Withdraw(pending, refusal);
        }
        catch (Exception exception)
        {
            Fail(pending, exception);
        }
    }

    private void EndLost(ulong seq, Fault loss)
    {
        var reason = $"{loss.DotnetClass}: {loss.Message}";
        _logger.EnvironmentLost(Plan.Name, seq, reason);
        _onLost(this, SessionEnd.Fault, $"The environment was lost at seq {seq} ({reason}); open a new session.");
        Close();
    }

    private void Fail(PendingCall pending, Exception exception)
    {
        _logger.InternalError(exception, Plan.Name, pending.Seq);
        var refusal = new CallRefusedException(
            ErrorReasons.Internal, "Bug in GymBridge: the call failed inside the host, which has closed the session; its log tells more.");
        _onLost(this, SessionEnd.Fault, refusal.Message);
        Withdraw(pending, refusal);
        Close(refusal);
    }

    /// <summary>Gives the numbers of a refused call, and of those that wait behind it, back to the session.</summary>
    private void Withdraw(PendingCall refused, CallRefusedException refusal)
    {
        List<PendingCall.Refusable> behind;
        PendingCall.Refusable first;
        lock (_gate)
        {
            _running = null;
            first = refused.Expire();
            Forget(refused);
            behind = [.. _queue.Concat(_early.Values).Select(pending => pending.Expire())];
            foreach (var pending in _queue)
            {
                Forget(pending);
            }

            _queue.Clear();
            _early.Clear();
            _nextSeq = refused.Seq;
        }

        first.Completion.TrySetException(refusal);
        foreach (var pending in behind)
        {
            pending.Refuse(Gap(refused.Seq, pending.Pending.Seq));
        }
    }

    private void Forget(PendingCall pending)
    {
        ref var slot = ref _kept[pending.Seq % (ulong)_kept.Length];
        if (ReferenceEquals(slot, pending))
        {
            slot = null;
        }
    }

    private Reply TooLarge(Call call, int length)
    {
        var exception = new MessageTooLargeException(
            $"The reply takes {length} bytes, max_message_bytes is {_options.MaxMessageBytes}; the environment has stepped, its infos are too large.");
        var fault = FaultCodec.Encode(exception, isRecoverable: true, withTrace: false);
        fault.Lanes.AddRange(CallLanes.Of(call, Plan.Lanes));
        return new Reply { Seq = call.Seq, Fault = fault };
    }

    private void FreeEnvironment()
    {
        Fault? fault = null;
        try
        {
            _environment.Close();
        }
        catch (Exception exception)
        {
            _logger.CloseFailed(exception, Plan.Name);
            fault = _environment.FaultOf(exception);
        }

        _freed.SetResult(fault);
    }
}
