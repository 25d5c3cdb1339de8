using System.Net.Sockets;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using GymBridge.Client.Security;
using GymBridge.Protocol;

namespace GymBridge.Client.Transports.Rpc;

/// <summary>Makes the gRPC channel to an address.</summary>
internal static class ChannelFactory
{
    private const int WindowBytes = 1024 * 1024;

    /// <summary>A channel that connects when it is first used, and again after its connection broke.</summary>
    public static GrpcChannel Create(ServerAddress address, ClientOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            UseProxy = false,
            ConnectTimeout = options.ConnectTimeout,
            InitialHttp2StreamWindowSize = WindowBytes,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        };
        if (address.SocketPath is { } path)
        {
            handler.ConnectCallback = (_, cancellationToken) => ConnectAsync(path, cancellationToken);
        }
        else if (!address.IsLocal)
        {
            // On the same machine a dead peer closes its sockets; pings would only tell of a network that went away.
            handler.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
            handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
            handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests;
        }

        if (address.IsTls)
        {
            handler.SslOptions = ClientCredentials.TlsFor(options);
        }

        var target = $"{(address.IsTls ? "https" : "http")}://{address.Authority}";
        return GrpcChannel.ForAddress(target, new GrpcChannelOptions
        {
            HttpHandler = new StreamOnceHandler(handler),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = options.MaxMessageBytes,
            MaxSendMessageSize = options.MaxMessageBytes,
        });
    }

    /// <summary>Makes the calls of a channel, with the token that the address asks for.</summary>
    public static CallInvoker CreateInvoker(GrpcChannel channel, BearerToken token) => channel.Intercept(metadata =>
    {
        if (token.Authorization is { } authorization)
        {
            metadata.Add("authorization", authorization);
        }

        return metadata;
    });

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
