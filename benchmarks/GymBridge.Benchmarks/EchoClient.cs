using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;

namespace GymBridge.Benchmarks;

/// <summary>Calls a unary echo with raw bytes over a Unix socket.</summary>
internal sealed class EchoClient : IDisposable
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);
    private static readonly Method<byte[], byte[]> Echo = new(MethodType.Unary, "gymbridge.bench.Echo", "Echo", Raw, Raw);

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

    public void Dispose() => _channel.Dispose();
}
