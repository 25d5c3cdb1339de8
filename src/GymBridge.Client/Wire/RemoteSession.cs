using Google.Protobuf;
using GymBridge.Client.Errors;
using GymBridge.Client.Replies;
using GymBridge.Client.Transports;
using GymBridge.Client.Transports.SharedMemory;
using GymBridge.Errors;
using GymBridge.Protocol;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Wire;

/// <summary>A session on a server: calls with sequence numbers, executed exactly once while the server lives.</summary>
/// <remarks>Calls are serialised: the renewal of the lease comes from another thread.</remarks>
internal sealed class RemoteSession : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Connection _connection;
    private readonly ICallChannel _channel;
    private readonly ByteString _sessionId;
    private readonly string _envId;
    private readonly uint _callTimeoutMs;
    private readonly TimeSpan _deadline;
    private readonly LeaseKeeper _keeper;
    private readonly ReplyTarget _scratch = new();
    private Call? _begun;
    private Call? _unsettled;
    private string? _lost;
    private Exception? _lostCause;
    private readonly uint _epoch;
    private ulong _seq;
    private bool _isDisposed;

    private RemoteSession(Connection connection, OpenRequest request, Session session, SharedNegotiation sharing)
    {
        _connection = connection;
        _envId = request.EnvId;
        _sessionId = session.SessionId;
        _seq = session.LastSeq;
        _epoch = session.Epoch;
        Contract = session.Contract;
        MessageLimit = session.Contract.MaxMessageBytes == 0
            ? connection.Options.MaxMessageBytes
            : (long)Math.Min(session.Contract.MaxMessageBytes, (ulong)connection.Options.MaxMessageBytes);
        var timeout = connection.Options.CallTimeout;
        _callTimeoutMs = (uint)Math.Clamp(timeout.TotalMilliseconds, 1, uint.MaxValue);
        _deadline = timeout + connection.Options.DeadlineMargin;
        (_channel, var obstacle) = sharing.Choose(connection.OpenChannel(session), session);
        TransportObstacle = connection.Address is null ? null : obstacle;
        Bell = sharing.Bell;
        _keeper = new LeaseKeeper(this, TimeSpan.FromMilliseconds(session.LeaseMs), connection.Options.TimeProvider);
    }

    /// <summary>What the server said about the environment.</summary>
    public Contract Contract { get; }

    /// <summary>Most bytes of one message: the smaller of the server's limit and this client's.</summary>
    public long MessageLimit { get; }

    /// <summary>Why steps travel over gRPC and not through memory; null if they do not.</summary>
    public string? TransportObstacle { get; }

    /// <summary>How the sides of shared memory wake each other; null where steps travel another way.</summary>
    public string? Bell { get; }

    /// <summary>How steps travel.</summary>
    public Transport Transport => _connection.Address is null ? Transport.InProcess : TransportObstacle is null ? Transport.SharedMemory : Transport.Grpc;

    /// <summary>Where the environment runs, for messages.</summary>
    public string Peer => _connection.Peer;

    /// <summary>The same where it does not matter which process it is: one sentence for lanes in several.</summary>
    public string Place => _connection.IsOwnProcess ? "in a Python process of its own" : $"at {Peer}";

    /// <summary>Adds up the time of encoding and decoding from now on.</summary>
    public CodecTimings Measure() => _channel.Timings = new CodecTimings();

    /// <summary>Opens a session; the connection is the session's from now on, and closed when this fails.</summary>
    public static RemoteSession Open(Connection connection, OpenRequest request)
    {
        try
        {
            request.Generation = ProtocolConstants.Generation;
            request.LeaseMs = (uint)Math.Clamp(connection.Options.Lease.TotalMilliseconds, 1, uint.MaxValue);
            var sharing = SharedNegotiation.Begin(request, connection.Address, connection.Options.EffectiveTransport);
            var session = connection.Open(request);
            return Start(connection, request, session, sharing);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static RemoteSession Start(Connection connection, OpenRequest request, Session session, SharedNegotiation sharing)
    {
        try
        {
            return session.Lanes == request.Lanes
                ? new RemoteSession(connection, request, session, sharing)
                : throw new ProtocolException($"This client asked for {Plural.Of(request.Lanes, "lane")} of '{request.EnvId}', {connection.Peer} opened {session.Lanes}.");
        }
        catch (Exception exception)
        {
            connection.Close(session.SessionId, session.Epoch);
            if (exception is SharedMemoryException)
            {
                throw new GymBridgeException(
                    $"'{request.EnvId}' at {connection.Peer} cannot be stepped through shared memory: {exception.Message}. Transport 'auto' takes gRPC then.", exception);
            }

            throw;
        }
    }

    /// <summary>Sends a call ahead of <see cref="Execute"/>, which comes for the same call, unchanged, and then only waits for its reply.</summary>
    /// <returns>False if it was not sent.</returns>
    public bool TryBegin(Call call)
    {
        lock (_gate)
        {
            if (_isDisposed || _lost is not null || _unsettled is not null || _begun is not null)
            {
                return false;
            }

            Number(call);
            CheckSize(call);
            _begun = _channel.TryBegin(call) ? call : null;
            return _begun is not null;
        }
    }

    /// <summary>Executes a call and waits for its reply.</summary>
    /// <exception cref="SessionLostException">The other side died or forgot the session.</exception>
    /// <exception cref="CallTimeoutException">There was no answer in time.</exception>
    public void Execute(Call call, ReplyTarget target)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_lost is not null)
            {
                throw new SessionLostException(_lost, _lostCause);
            }

            if (!ReferenceEquals(_begun, call))
            {
                Settle();
                Number(call);
                CheckSize(call);
            }

            _begun = null;
            Send(call, target);
            Take(call, target);
        }
    }

    /// <summary>Renews the lease, unless a call is just being made.</summary>
    public void Ping()
    {
        if (!_gate.TryEnter())
        {
            return;
        }

        try
        {
            if (!_isDisposed && _lost is null && _unsettled is null && _begun is null)
            {
                _scratch.Prepare();
                Execute(new Call { Ping = new Ping() }, _scratch);
            }
        }
        catch (Exception exception) when (exception is GymBridgeException or IOException or TimeoutException or InvalidOperationException or ArgumentException)
        {
            // The next call meets the same trouble, and has somebody to tell.
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Ends the session, and throws what closing the environment threw; twice is fine.</summary>
    public void Close()
    {
        if (End() is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Ends a session of which there is nobody to tell.</summary>
    public void Dispose() => End();

    private Exception? End()
    {
        _keeper.Dispose();
        lock (_gate)
        {
            if (_isDisposed)
            {
                return null;
            }

            _isDisposed = true;
            _channel.Dispose();
            var failure = _lost is null ? _connection.Close(_sessionId, _epoch) : null;
            _connection.Dispose();
            return failure;
        }
    }

    private void Number(Call call)
    {
        call.Seq = _seq + 1;
        call.SessionId = _sessionId;
        call.Epoch = _epoch;
        call.TimeoutMs = _callTimeoutMs;
    }

    // A call of which nobody saw the end is asked for again, so that both sides count alike.
    private void Settle()
    {
        (_unsettled, _begun) = (_unsettled ?? _begun, null);
        if (_unsettled is { } call)
        {
            _scratch.Prepare();
            Send(call, _scratch);
            _unsettled = null;
            _seq = call.Seq;
        }
    }

    private void Send(Call call, ReplyTarget target)
    {
        try
        {
            _channel.Send(call, target, _deadline);
        }
        catch (TransportException exception) when (exception.Failure == TransportFailure.Broken)
        {
            SendAgain(call, target, exception);
        }
        catch (TransportException exception)
        {
            throw Failure(call, exception);
        }
    }

    // Whether the call was executed is not known. The same bytes with the same sequence number get the reply that the server
    // has kept, or are executed now.
    private void SendAgain(Call call, ReplyTarget target, TransportException first)
    {
        if (_connection.DescribeHostDeath() is { } death)
        {
            throw Lose(call, death, first);
        }

        target.Clear();
        try
        {
            _channel.Send(call, target, _deadline);
        }
        catch (TransportException exception) when (exception.Failure == TransportFailure.Broken)
        {
            throw Lose(call, _connection.DescribeHostDeath() ?? $"the connection broke ({first.Message}) and cannot be made again ({exception.Message}).", exception);
        }
        catch (TransportException exception)
        {
            throw Failure(call, exception);
        }
    }

    private Exception Failure(Call call, TransportException exception)
    {
        switch (exception.Failure)
        {
            case TransportFailure.TimedOut:
                // A copy: the buffers of the actions are the caller's, and may have changed when it is sent again.
                _unsettled = Call.Parser.ParseFrom(call.ToByteArray());
                break;
            case TransportFailure.ReplyTooLarge:
                _seq = call.Seq;
                break;
            case TransportFailure.Refused when IsLost(exception):
                return Lose(call, $"it no longer knows the session: {exception.Message}", exception);
            default:
                // A call that is refused does not take its number.
                break;
        }

        return TransportErrors.ToException(exception, What(call), _connection.Options, _deadline);
    }

    private static bool IsLost(TransportException exception) =>
        exception.Details.Reason is { } reason
            ? reason == ErrorReasons.SessionNotFound || reason == ErrorReasons.SessionClosed || reason == ErrorReasons.Superseded
            : exception.Status == "NotFound";

    private SessionLostException Lose(Call call, string reason, TransportException exception)
    {
        var lost = new SessionLostException(
            $"'{_envId}' is lost: during {What(call)}, call {call.Seq} of the session, {reason} Make a new environment to go on.", exception);
        (_lost, _lostCause) = (lost.Message, exception);
        return lost;
    }

    private void Take(Call call, ReplyTarget target)
    {
        _seq = call.Seq;
        _keeper.NoteCall();
        if (target.Problem is { } problem)
        {
            throw new ProtocolException($"{What(call)} brought a reply that does not keep the protocol: {problem}");
        }

        if (target.Seq != call.Seq)
        {
            throw new ProtocolException($"{What(call)} is call {call.Seq}, and the reply answers call {target.Seq}.");
        }

        target.Warnings?.ForEach(warning => GymWarnings.Warn($"'{_envId}': {Printable.Of(warning)}"));
        if (target.Fault is { } fault)
        {
            var exception = FaultCodec.Decode(fault);
            if (!fault.Recoverable)
            {
                (_lost, _lostCause) = ($"'{_envId}' was closed by {Peer} after {fault.PythonClass}: {fault.Message}", exception);
            }

            throw exception;
        }
    }

    // Steps were checked when the session was opened: their size does not change.
    private void CheckSize(Call call)
    {
        if (call.KindCase == Call.KindOneofCase.Step)
        {
            return;
        }

        var size = call.CalculateSize();
        if (size > MessageLimit)
        {
            throw new MessageTooLargeException(
                $"{What(call)} takes a message of {size:N0} bytes, over the limit of {MessageLimit:N0}; raise ClientOptions.MaxMessageBytes here and --max-message-bytes on the server.");
        }
    }

    private string What(Call call) => $"{call.KindCase} of '{_envId}' at {Peer}";
}
