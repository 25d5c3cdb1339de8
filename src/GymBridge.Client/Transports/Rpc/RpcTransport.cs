using Grpc.Core;
using Grpc.Net.Client;
using GymBridge.Client.Security;
using GymBridge.Protocol;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Transports.Rpc;

/// <summary>gRPC over TCP or a Unix socket: the contract itself.</summary>
internal sealed class RpcTransport : ITransport
{
    private readonly GrpcChannel _channel;
    private readonly BearerToken _token;
    private readonly CallInvoker _invoker;
    private readonly EnvService.EnvServiceClient _client;

    public RpcTransport(ServerAddress address, ClientOptions options)
    {
        _channel = ChannelFactory.Create(address, options);
        _token = new BearerToken(address, options);
        _invoker = ChannelFactory.CreateInvoker(_channel, _token);
        _client = new EnvService.EnvServiceClient(_invoker);
    }

    public ListResponse List(TimeSpan timeout) => Call(() => _client.List(new ListRequest(), Deadline(timeout)));

    public Session Open(OpenRequest request, TimeSpan timeout) => Call(() => _client.Open(request, Deadline(timeout)));

    public CloseResponse Close(CloseRequest request, TimeSpan timeout) => Call(() => _client.Close(request, Deadline(timeout)));

    public ICallChannel OpenChannel(Session session) => new RpcCallChannel(_invoker, _token.ReadAgain);

    public void Dispose() => _channel.Dispose();

    private static CallOptions Deadline(TimeSpan timeout) => new(deadline: DateTime.UtcNow + timeout);

    private T Call<T>(Func<T> call)
    {
        try
        {
            return CallOrAuthenticate(call);
        }
        catch (RpcException exception)
        {
            throw RpcFailures.Translate(exception);
        }
    }

    // A refused call was not executed, so it can be made again with the token that is there now.
    private T CallOrAuthenticate<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.Unauthenticated && _token.ReadAgain())
        {
            return call();
        }
    }
}
