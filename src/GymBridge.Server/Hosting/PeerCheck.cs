using System.Buffers.Binary;
using GymBridge.Protocol.Credentials;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace GymBridge.Server.Hosting;

/// <summary>Closes connections to a Unix socket that come from another user than the server's own.</summary>
internal static class PeerCheck
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private const int CredentialBytes = 12; // struct ucred: pid, uid, gid

    public static ConnectionDelegate Wrap(ConnectionDelegate next, ILogger logger)
    {
        var owner = PosixFile.GetEffectiveUserId();
        return connection =>
        {
            var user = PeerOf(connection);
            if (user == owner)
            {
                return next(connection);
            }

            logger.PeerRefused(user ?? uint.MaxValue, owner);
            connection.Abort();
            return Task.CompletedTask;
        };
    }

    private static uint? PeerOf(ConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            return null;
        }

        Span<byte> credentials = stackalloc byte[CredentialBytes];
        return socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials) == CredentialBytes
            ? BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..])
            : null;
    }
}
