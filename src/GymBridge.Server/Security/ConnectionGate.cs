using Microsoft.AspNetCore.Connections;

namespace GymBridge.Server.Security;

/// <summary>Keeps connections that have not brought a call that was let in - strangers - few and short-lived, so that those who
/// say nothing can keep nobody out. Thread-safe.</summary>
internal sealed class ConnectionGate : IDisposable
{
    /// <summary>Strangers at a time; beyond that the oldest make room.</summary>
    public const int MaxStrangers = 128;

    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);

    // A thousand clients that come at once are no strangers by the time that they have sent their first call.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly LinkedList<Ticket> _strangers = new();
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly ILogger<ConnectionGate> _logger;
    private readonly ITimer _timer;

    public ConnectionGate(GymBridgeOptions options, TimeProvider time, ILogger<ConnectionGate> logger)
    {
        _patience = options.HandshakeTimeout;
        _time = time;
        _logger = logger;
        _timer = time.CreateTimer(_ => CloseSome(), null, TickPeriod, TickPeriod);
    }

    /// <summary>Puts the gate before whatever else a connection passes.</summary>
    public ConnectionDelegate Wrap(ConnectionDelegate next) => async connection =>
    {
        var ticket = Enter(connection);
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(ticket);
        }
    };

    public void Dispose() => _timer.Dispose();

    private Ticket Enter(ConnectionContext connection)
    {
        var ticket = new Ticket(this, connection, _time.GetTimestamp());
        connection.Features.Set(ticket);
        lock (_gate)
        {
            ticket.Node = _strangers.AddLast(ticket);
        }

        CloseSome();
        return ticket;
    }

    private void Leave(Ticket ticket)
    {
        lock (_gate)
        {
            Remove(ticket);
        }
    }

    private void Remove(Ticket ticket)
    {
        if (ticket.Node is { } node)
        {
            _strangers.Remove(node);
            ticket.Node = null;
        }
    }

    // The list is in the order of arrival, so those to close are at its head.
    private void CloseSome()
    {
        List<Ticket>? closed = null;
        lock (_gate)
        {
            while (_strangers.First is { Value: var oldest } && _time.GetElapsedTime(oldest.Since) > (_strangers.Count > MaxStrangers ? Grace : _patience))
            {
                Remove(oldest);
                (closed ??= []).Add(oldest);
            }
        }

        closed?.ForEach(ticket => ticket.Close());
    }

    /// <summary>One connection's place at the gate; a feature of the connection, and so of its requests.</summary>
    internal sealed class Ticket(ConnectionGate gate, ConnectionContext connection, long since)
    {
        private bool _isAdmitted;

        public long Since => since;

        /// <summary>Its place among the strangers; null once it has none.</summary>
        public LinkedListNode<Ticket>? Node { get; set; }

        /// <summary>Who the client certificate says that this is; kept, because it holds for all requests.</summary>
        public Principal? Certified { get; set; }

        /// <summary>A call was let in: the connection is no stranger any more.</summary>
        public void Admit()
        {
            if (!_isAdmitted)
            {
                _isAdmitted = true;
                gate.Leave(this);
            }
        }

        public void Close()
        {
            gate._logger.StrangerClosed(connection.ConnectionId);
            connection.Abort(new ConnectionAbortedException("No call came in time."));
        }
    }
}
