using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Google.Protobuf;
using GymBridge.Protocol;
using GymBridge.Server.Service;

namespace GymBridge.Server.Sessions;

/// <summary>All sessions of a host, their caps, and the clock that ends the abandoned ones. Thread-safe.</summary>
internal sealed class SessionTable : IHostedService, IDisposable
{
    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan DrainPollPeriod = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentDictionary<UInt128, Session> _sessions = new();
    private readonly ClosedSessions _closedSessions = new();
    private readonly GymBridgeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<SessionTable> _logger;
    private readonly Lock _capsGate = new();
    private int _reservedSessions;
    private int _reservedLanes;
    private volatile bool _isStopping;
    private ITimer? _timer;

    public SessionTable(GymBridgeOptions options, TimeProvider time, ILogger<SessionTable> logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
    }

    /// <summary>Sessions now.</summary>
    public int Count => _sessions.Count;

    /// <summary>Opens a session; its place is taken before the environment is made.</summary>
    /// <param name="lanes">Number of lanes.</param>
    /// <param name="make">Makes the environment and what is agreed on.</param>
    public Session Open(int lanes, Func<(SessionPlan Plan, EnvironmentCaller EnvironmentCaller)> make)
    {
        Reserve(lanes);
        Session session;
        try
        {
            var (plan, environment) = make();
            session = new Session(plan, environment, _options, _time, _logger, Remove);
        }
        catch
        {
            Release(lanes);
            throw;
        }

        _sessions[session.Plan.Id] = session;
        _logger.SessionOpened(session.Plan.Name, lanes, session.Plan.Lease);
        if (_isStopping)
        {
            // StopAsync may have looked before the session was in the table.
            Remove(session);
            session.Close();
            throw Stopping();
        }

        return session;
    }

    /// <summary>The session with this id.</summary>
    /// <exception cref="Grpc.Core.RpcException">There is none (any more).</exception>
    public Session Find(ByteString id)
    {
        ThrowIfStopping();
        var key = KeyOf(id);
        return _sessions.TryGetValue(key, out var session) ? session : throw RpcErrors.NotFound(_closedSessions.TextFor(key));
    }

    /// <summary>The session that a resume token belongs to; its lease starts anew.</summary>
    /// <exception cref="Grpc.Core.RpcException">There is none (any more).</exception>
    public Session Resume(ByteString token)
    {
        foreach (var session in _sessions.Values)
        {
            if (CryptographicOperations.FixedTimeEquals(session.Plan.ResumeToken, token.Span))
            {
                session.Touch();
                _logger.SessionResumed(session.Plan.Name, session.LastSeq);
                return session;
            }
        }

        throw RpcErrors.NotFound("No session has this resume token: it was closed, its lease ended, or the host was restarted. Open a new session.");
    }

    /// <summary>Closes a session; one that does not exist is fine.</summary>
    public void Close(ByteString id)
    {
        if (_sessions.TryGetValue(KeyOf(id), out var session))
        {
            _closedSessions.Add(session.Plan.Id, $"The session was closed at seq {session.LastSeq}; open a new one.");
            _logger.SessionClosed(session.Plan.Name, session.LastSeq);
            Remove(session);
            session.Close();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = _time.CreateTimer(_ => Tick(), null, TickPeriod, TickPeriod);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        CloseAll();
        return Task.CompletedTask;
    }

    /// <summary>Takes no more calls, and waits until none runs, or until patience ends.</summary>
    public async Task DrainAsync(CancellationToken patience)
    {
        _isStopping = true;
        while (!patience.IsCancellationRequested && _sessions.Values.Any(session => session.IsWorking))
        {
            await Task.Delay(DrainPollPeriod, CancellationToken.None);
        }
    }

    /// <summary>Closes every session. Twice is fine.</summary>
    public void CloseAll()
    {
        _isStopping = true;
        _timer?.Dispose();
        foreach (var session in _sessions.Values)
        {
            _logger.SessionClosed(session.Plan.Name, session.LastSeq);
            Remove(session);
            session.Close();
        }
    }

    /// <summary>Refuses further calls once the host is stopping.</summary>
    public void ThrowIfStopping()
    {
        if (_isStopping)
        {
            throw Stopping();
        }
    }

    public void Dispose() => CloseAll();

    private static UInt128 KeyOf(ByteString id) => id.Length == ProtocolConstants.SessionIdBytes
        ? BinaryPrimitives.ReadUInt128BigEndian(id.Span)
        : throw RpcErrors.InvalidArgument($"A session id has {ProtocolConstants.SessionIdBytes} bytes, got {id.Length}.");

    private void Tick()
    {
        foreach (var session in _sessions.Values)
        {
            if (session.Tick())
            {
                var seq = session.LastSeq;
                _closedSessions.Add(
                    session.Plan.Id, $"The session expired at seq {seq} after {session.Plan.Lease.TotalSeconds:0.###} s without a call (its lease); open a new one.");
                _logger.SessionExpired(session.Plan.Name, seq, session.Plan.Lease);
                Remove(session);
                session.Close();
            }
        }
    }

    private static Grpc.Core.RpcException Stopping() => RpcErrors.Unavailable("The host is stopping.");

    private void Remove(Session session)
    {
        if (_sessions.TryRemove(session.Plan.Id, out _))
        {
            Release(session.Plan.Lanes);
        }
    }

    private void Reserve(int lanes)
    {
        lock (_capsGate)
        {
            ThrowIfStopping();
            if (_reservedSessions >= _options.MaxSessions)
            {
                throw RpcErrors.ResourceExhausted($"sessions: {_options.MaxSessions} are open, which is the limit of this host; close one.");
            }

            if (_reservedLanes + lanes > _options.MaxTotalLanes)
            {
                throw RpcErrors.ResourceExhausted(
                    $"total lanes: {_reservedLanes} are open and {lanes} asked for, the limit of this host is {_options.MaxTotalLanes}; close a session.");
            }

            _reservedSessions++;
            _reservedLanes += lanes;
        }
    }

    private void Release(int lanes)
    {
        lock (_capsGate)
        {
            _reservedSessions--;
            _reservedLanes -= lanes;
        }
    }
}
