using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Google.Protobuf;
using GymBridge.Protocol;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Server.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GymBridge.Server.Sessions;

/// <summary>All sessions of a host, their caps, and the clock that ends the abandoned ones. Thread-safe.</summary>
internal sealed class SessionTable : IHostedService, IHealthCheck, IDisposable
{
    /// <summary>The name of the health check.</summary>
    public const string HealthCheck = "gymbridge";

    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DrainPollPeriod = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentDictionary<UInt128, Session> _sessions = new();
    private readonly ResumeTokens _tokens = new();
    private readonly NamedOpens _named = new();
    private readonly SessionPlaces _places;
    private readonly ClosedSessions _closedSessions;
    private readonly GymBridgeOptions _options;
    private readonly TimeProvider _time;
    private readonly ServerMetrics _metrics;
    private readonly ILogger<SessionTable> _logger;
    private readonly long _startedAt;
    private volatile bool _isStopping;
    private ITimer? _timer;

    public SessionTable(GymBridgeOptions options, TimeProvider time, ServerMetrics metrics, ILogger<SessionTable> logger)
    {
        _options = options;
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _startedAt = time.GetTimestamp();
        _places = new SessionPlaces(options);
        Threads = new EnvironmentThreads(options.MaxEnvironmentThreads);
        BootId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(ProtocolConstants.SessionIdBytes));
        _closedSessions = new ClosedSessions(Convert.ToHexStringLower(BootId.Span));
    }

    /// <summary>The threads on which environments run.</summary>
    public EnvironmentThreads Threads { get; }

    /// <summary>Which run of the host this is: 128 bits.</summary>
    public ByteString BootId { get; }

    /// <summary>Sessions now.</summary>
    public int Count => _sessions.Count;

    /// <summary>What the host is doing.</summary>
    public HostState State => new()
    {
        Sessions = (uint)_sessions.Count,
        Lanes = (uint)_places.Lanes,
        RunningCalls = (uint)_sessions.Values.Count(session => session.IsWorking),
        AbandonedCalls = (uint)Threads.Abandoned,
        UptimeMs = (ulong)_time.GetElapsedTime(_startedAt).TotalMilliseconds,
        ProcessId = (uint)Environment.ProcessId,
    };

    /// <summary>Opens a session; its place is taken before the environment is made.</summary>
    /// <param name="lanes">Number of lanes.</param>
    /// <param name="make">Makes the environment and what is agreed on.</param>
    /// <param name="nonce">By which its client may withdraw the Open; empty for none.</param>
    /// <param name="principal">Who asks.</param>
    /// <returns>The session and its resume token.</returns>
    /// <exception cref="CallRefusedException">It cannot be, or was withdrawn meanwhile.</exception>
    public (Session Session, byte[] ResumeToken) Open(
        int lanes, Func<(SessionPlan Plan, EnvironmentCaller Environment)> make, ByteString? nonce = null, string principal = "")
    {
        var named = _named.Begin(nonce ?? ByteString.Empty, principal);
        Session? session = null;
        try
        {
            session = Add(lanes, make, principal);
            named?.Succeed(session);
        }
        catch
        {
            named?.Fail();
            if (session is not null)
            {
                Close(session);
            }

            throw;
        }

        return (session, _tokens.Issue(session));
    }

    private Session Add(int lanes, Func<(SessionPlan Plan, EnvironmentCaller Environment)> make, string principal)
    {
        ThrowIfStopping();
        _places.Take(lanes, principal);
        Session session;
        try
        {
            var (plan, environment) = make();
            session = new Session(plan, environment, Threads, _options, _time, _logger, End, new SessionMeter(_metrics, plan.Contract.EnvId, lanes));
        }
        catch
        {
            _places.GiveBack(lanes, principal);
            throw;
        }

        _sessions[session.Plan.Id] = session;
        session.Meter?.Opened();
        _logger.SessionOpened(session.Plan.Name, lanes, session.Plan.Lease);
        if (_isStopping)
        {
            // StopAsync may have looked before the session was in the table.
            End(session, SessionEnd.Closed, "The host is stopping.");
            session.Close();
            throw Stopping();
        }

        return session;
    }

    /// <summary>The session with this id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="principal">Who asks: a session exists for the one who opened it.</param>
    /// <exception cref="CallRefusedException">There is none (any more).</exception>
    public Session Find(ByteString id, string principal)
    {
        ThrowIfStopping();
        var key = KeyOf(id);
        return _sessions.TryGetValue(key, out var session) && IsOf(session, principal) ? session : throw _closedSessions.RefusalFor(key, principal);
    }

    /// <summary>The session that a resume token belongs to, with a new token: the former one is worthless from now on.</summary>
    /// <exception cref="CallRefusedException">There is none (any more), or the token was used before.</exception>
    public (Session Session, byte[] ResumeToken) Resume(ByteString token, string principal)
    {
        ThrowIfStopping();
        var session = _tokens.Redeem(token.Span, principal) ?? throw _closedSessions.NotFound(
            "No session has this resume token: it was closed, its lease ended, or the host was restarted. Open a new session.");
        session.Resume();
        _logger.SessionResumed(session.Plan.Name, session.LastSeq);
        return (session, _tokens.Issue(session));
    }

    /// <summary>Closes a session, and waits a little for its environment; one that does not exist is fine.</summary>
    /// <exception cref="CallRefusedException">The session was resumed by another connection.</exception>
    public async Task<CloseResponse> CloseAsync(CloseRequest request, string principal)
    {
        if (SessionOf(request, principal) is not { } session)
        {
            return new CloseResponse();
        }

        var isWorking = session.IsWorking;
        Close(session);
        if (!isWorking)
        {
            await ((Task)session.Freed).WaitAsync(CloseTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return new CloseResponse { Fault = session.Freed.IsCompleted ? await session.Freed : null };
    }

    private Session? SessionOf(CloseRequest request, string principal)
    {
        if (!request.OpenNonce.IsEmpty)
        {
            return request.SessionId.IsEmpty
                ? _named.Withdraw(request.OpenNonce, principal)
                : throw new CallRefusedException(ErrorReasons.BadRequest, "A Close names a session or the nonce of an Open, and not both.", ("field", "open_nonce"));
        }

        if (!_sessions.TryGetValue(KeyOf(request.SessionId), out var session) || !IsOf(session, principal))
        {
            return null;
        }

        session.CheckEpoch(Math.Max(request.Epoch, 1));
        return session;
    }

    /// <summary>Closes a session.</summary>
    public void Close(Session session)
    {
        var seq = session.LastSeq;
        _logger.SessionClosed(session.Plan.Name, seq);
        End(session, SessionEnd.Closed, $"The session was closed at seq {seq}; open a new one.");
        var isWorking = session.IsWorking;
        session.Close(_closedSessions.RefusalFor(session.Plan.Id, session.Plan.Principal));
        if (isWorking)
        {
            _logger.CallAbandoned(session.Plan.Name, seq + 1, Threads.Abandoned, _options.MaxEnvironmentThreads);
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

    /// <summary>Closes every session, and waits a little for their environments. Twice is fine.</summary>
    public void CloseAll()
    {
        _isStopping = true;
        _timer?.Dispose();
        var freed = new List<Task>();
        foreach (var session in _sessions.Values)
        {
            if (!session.IsWorking)
            {
                freed.Add(session.Freed);
            }

            Close(session);
        }

        Task.WaitAll([.. freed], CloseTime);
    }

    /// <summary>Refuses further calls once the host is stopping.</summary>
    public void ThrowIfStopping()
    {
        if (_isStopping)
        {
            throw Stopping();
        }
    }

    /// <summary>The refusal of a host that is stopping.</summary>
    public static CallRefusedException Stopping() => new(ErrorReasons.Stopping, "The host is stopping.");

    public void Dispose() => CloseAll();

    /// <summary>Whether the host takes calls.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_isStopping ? HealthCheckResult.Unhealthy("The host is stopping.") : HealthCheckResult.Healthy());

    private static bool IsOf(Session session, string principal) => session.Plan.Principal == principal;

    private static UInt128 KeyOf(ByteString id) => id.Length == ProtocolConstants.SessionIdBytes
        ? BinaryPrimitives.ReadUInt128BigEndian(id.Span)
        : throw new CallRefusedException(
            ErrorReasons.BadRequest, $"A session id has {ProtocolConstants.SessionIdBytes} bytes, got {id.Length}.", ("field", "session_id"));

    private void Tick()
    {
        foreach (var session in _sessions.Values)
        {
            if (session.Tick() is { } end)
            {
                var seq = session.LastSeq;
                var (text, time) = end == SessionEnd.Disconnected
                    ? ($"The session ended at seq {seq}: its connection broke, and it was not resumed within {session.Plan.Grace.TotalSeconds:0.###} s (its time of grace); open a new one.", session.Plan.Grace)
                    : ($"The session expired at seq {seq} after {session.Patience.TotalSeconds:0.###} s without a call ({(seq > 0 ? "its lease" : "its first")}); open a new one.", session.Patience);
                _logger.SessionExpired(session.Plan.Name, seq, time);
                End(session, end, text);
                session.Close(_closedSessions.RefusalFor(session.Plan.Id, session.Plan.Principal));
            }
        }
    }

    /// <summary>Takes a session out of the table and remembers why.</summary>
    private void End(Session session, SessionEnd end, string text)
    {
        _closedSessions.Add(session.Plan, text, end, session.LastSeq);
        _tokens.Forget(session);
        _named.Forget(session);
        if (_sessions.TryRemove(session.Plan.Id, out _))
        {
            _places.GiveBack(session.Plan.Lanes, session.Plan.Principal);
            session.Meter?.Closed();
        }
    }
}
