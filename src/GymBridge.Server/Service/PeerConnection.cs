using GymBridge.Server.Sessions;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace GymBridge.Server.Service;

/// <summary>A connection of Kestrel's, with the sessions that depend on it.</summary>
internal sealed class PeerConnection : IPeerConnection
{
    private static readonly object Key = new();

    private readonly Lock _gate = new();
    private readonly HashSet<Session> _sessions = [];
    private bool _isClosed;

    private PeerConnection(CancellationToken closed) => closed.UnsafeRegister(static state => ((PeerConnection)state!).Close(), this);

    /// <summary>The connection of a request; null where the server has no such thing, as a test server.</summary>
    public static PeerConnection? Of(HttpContext context)
    {
        var items = context.Features.Get<IConnectionItemsFeature>()?.Items;
        var lifetime = context.Features.Get<IConnectionLifetimeFeature>();
        if (items is null || lifetime is null)
        {
            return null;
        }

        lock (items)
        {
            if (items.TryGetValue(Key, out var found) && found is PeerConnection connection)
            {
                return connection;
            }

            var made = new PeerConnection(lifetime.ConnectionClosed);
            items[Key] = made;
            return made;
        }
    }

    public void Attach(Session session)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _sessions.Add(session);
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(_ => session.Detach(this), null);
    }

    public void Release(Session session)
    {
        lock (_gate)
        {
            _sessions.Remove(session);
        }
    }

    /// <summary>Whether a session depends on the connection.</summary>
    public static bool IsUsed(IDictionary<object, object?> items) =>
        items.TryGetValue(Key, out var found) && found is PeerConnection connection && connection.HasSessions;

    private bool HasSessions
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Count > 0;
            }
        }
    }

    private void Close()
    {
        List<Session> sessions;
        lock (_gate)
        {
            _isClosed = true;
            sessions = [.. _sessions];
            _sessions.Clear();
        }

        sessions.ForEach(session => session.Detach(this));
    }
}
