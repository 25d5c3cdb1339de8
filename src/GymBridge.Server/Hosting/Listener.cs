using System.Net;
using GymBridge.Protocol;
using GymBridge.Server.Security;
using GymBridge.Server.Service;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace GymBridge.Server.Hosting;

/// <summary>Makes Kestrel listen on an address as docs/security.md says.</summary>
internal static class Listener
{
    private const int StreamWindowBytes = 4 * 1024 * 1024;

    // Kestrel adds its clock to it: with an infinite time the sum overflows, and every idle connection is closed within a second.
    private static readonly TimeSpan Years = TimeSpan.FromDays(3650);

    /// <summary>Limits of the whole server.</summary>
    public static void ConfigureLimits(KestrelServerOptions kestrel, GymBridgeOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.KeepAliveTimeout = Years; // pings find the dead, leases and the gate below the idle
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.Http2.MaxStreamsPerConnection = ProtocolConstants.MaxStreamsPerConnection;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);

        // A slab of a thousand lanes of images is megabytes: larger windows save round trips.
        kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindowBytes;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 2 * StreamWindowBytes;
    }

    /// <summary>Listens.</summary>
    /// <exception cref="ServerConfigurationException">The host is no address that a server can listen on.</exception>
    public static void Listen(KestrelServerOptions kestrel, ServerAddress address, AccessPolicy policy, GymBridgeOptions options)
    {
        if (address.SocketPath is { } path)
        {
            kestrel.ListenUnixSocket(path, listen =>
            {
                if (OperatingSystem.IsLinux())
                {
                    var logger = listen.ApplicationServices.GetRequiredService<ILogger<GymBridgeServer>>();
                    listen.Use(next => PeerCheck.Wrap(next, logger));
                }

                Configure(listen, policy, options);
            });
        }
        else
        {
            kestrel.Listen(AddressOf(address), address.Port, listen => Configure(listen, policy, options));
        }
    }

    private static void Configure(ListenOptions listen, AccessPolicy policy, GymBridgeOptions options)
    {
        listen.Protocols = HttpProtocols.Http2;
        var gate = listen.ApplicationServices.GetRequiredService<ConnectionGate>();
        listen.Use(new ConnectionLimit(options.MaxConnections, options.MaxConnectionsPerPeer).Wrap);
        listen.Use(gate.Wrap);
        if (policy.Tls is { } tls)
        {
            listen.UseHttps(tls.Handshake(options.HandshakeTimeout));
        }
    }

    private static IPAddress AddressOf(ServerAddress address)
    {
        if (string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            return IPAddress.Loopback;
        }

        if (!IPAddress.TryParse(address.Host, out var ip))
        {
            throw new ServerConfigurationException($"'{address.Host}' is not an IP address of this machine; a server listens on an IP address or 'localhost'.");
        }

        // A socket of IPv6 alone, which the server's is, cannot be bound to it.
        return ip.IsIPv4MappedToIPv6
            ? throw new ServerConfigurationException($"'{address.Host}' is an IPv4 address written as one of IPv6; listen on '{ip.MapToIPv4()}'.")
            : ip;
    }
}
