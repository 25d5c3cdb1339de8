using System.Net;
using Microsoft.AspNetCore.Connections;

namespace GymBridge.Server.Service;

/// <summary>Limits the connections of a listener, and those of one peer of it. When all are taken, the oldest on which no session
/// depends makes room: idle connections, by mistake or by malice, never keep a client out.</summary>
internal sealed class ConnectionLimit(int limit, int limitPerPeer)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<ConnectionContext> _open = new();

    /// <summary>The middleware of a listener.</summary>
    public ConnectionDelegate Wrap(ConnectionDelegate next) => async connection =>
    {
        if (!TryAdd(connection))
        {
            connection.Abort(new ConnectionAbortedException("All connections of this host, or all of this peer, are in use by sessions."));
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            lock (_gate)
            {
                _open.Remove(connection);
            }
        }
    };

    private bool TryAdd(ConnectionContext connection)
    {
        ConnectionContext? evicted = null;
        lock (_gate)
        {
            var peer = PeerOf(connection);
            var isPeerFull = peer is not null && _open.Count(open => peer.Equals(PeerOf(open))) >= limitPerPeer;
            if (isPeerFull || _open.Count >= limit)
            {
                evicted = _open.FirstOrDefault(open => (!isPeerFull || peer!.Equals(PeerOf(open))) && !IsUsed(open));
                if (evicted is null)
                {
                    return false;
                }

                _open.Remove(evicted);
            }

            _open.AddLast(connection);
        }

        evicted?.Abort(new ConnectionAbortedException("All connections of this host, or of this peer, were taken, and no session used this one."));
        return true;
    }

    // On a Unix socket there is one peer, our own user.
    private static IPAddress? PeerOf(ConnectionContext connection) => (connection.RemoteEndPoint as IPEndPoint)?.Address;

    private static bool IsUsed(ConnectionContext connection)
    {
        lock (connection.Items)
        {
            return PeerConnection.IsUsed(connection.Items);
        }
    }
}
