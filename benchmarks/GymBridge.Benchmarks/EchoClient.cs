using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;

namespace GymBridge.Benchmarks;

/// <summary>Calls an echo with raw bytes over a Unix socket, unary or on a stream.</summary>
internal sealed class EchoClient : IDisposable
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);
    private static readonly Method<byte[], byte[]> Echo = new(MethodType.Unary, "gymbridge.bench.Echo", "Echo", Raw, Raw);
    private static readonly Method<byte[], byte[]> Stream = new(MethodType.DuplexStreaming, "gymbridge.bench.Echo", "Stream", Raw, Raw);

    private readonly GrpcChannel _channel;
    private readonly CallInvoker _invoker;

    public EchoClient(string socket)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
                return new NetworkStream(connection, ownsSocket: true);
            },
        };
        _channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = handler });
        _invoker = _channel.CreateCallInvoker();
    }

    public void Call(byte[] message)
    {
        using var call = _invoker.AsyncUnaryCall(Echo, null, default, message);
        call.ResponseAsync.GetAwaiter().GetResult();
    }

    /// <summary>Opens a stream.</summary>
    /// <returns>Sends a message on it and waits for the answer.</returns>
    public Action<byte[]> OpenStream()
    {
        var stream = _invoker.AsyncDuplexStreamingCall(Stream, null, default);
        return message =>
        {
            // The read begins before the write has ended, as in our own client: it saves the change of a thread.
            var write = stream.RequestStream.WriteAsync(message);
            stream.ResponseStream.MoveNext(CancellationToken.None).GetAwaiter().GetResult();
            write.GetAwaiter().GetResult();
        };
    }

    public void Dispose() => _channel.Dispose();
}
