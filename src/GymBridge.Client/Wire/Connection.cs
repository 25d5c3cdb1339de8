using Grpc.Core;
using Grpc.Net.Client;
using GymBridge.Client.Errors;
using GymBridge.Client.Hosting;
using GymBridge.Protocol;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Wire;

/// <summary>A channel to a server, and the Python host behind it if this process started one.</summary>
internal sealed class Connection : IDisposable
{
    private static readonly TimeSpan HostExitGrace = TimeSpan.FromSeconds(2);

    private readonly GrpcChannel _channel;
    private readonly PythonHostPool.Lease? _host;
    private readonly EnvService.EnvServiceClient _client;

    public Connection(ServerAddress address, ClientOptions options, PythonHostPool.Lease? host = null)
    {
        Address = address;
        Options = options;
        _host = host;
        _channel = ChannelFactory.Create(address, options);
        Invoker = _channel.CreateCallInvoker();
        _client = new EnvService.EnvServiceClient(Invoker);
    }

    public ServerAddress Address { get; }

    public ClientOptions Options { get; }

    public CallInvoker Invoker { get; }

    /// <summary>Who is at the other end, for messages.</summary>
    public string Peer => _host is null ? $"the server at {Address}" : $"the Python host (process {_host.Host.ProcessId})";

    public ListResponse List()
    {
        var response = Call(() => _client.List(new ListRequest(), Deadline(Options.CallTimeout)), $"Listing the environments of {Peer}", Options.CallTimeout);
        CheckGeneration(response.Generation);
        return response;
    }

    public Session Open(OpenRequest request)
    {
        var session = Call(() => _client.Open(request, Deadline(Options.OpenTimeout)), $"Opening '{request.EnvId}' at {Peer}", Options.OpenTimeout);
        CheckGeneration(session.Contract?.Generation ?? 0);
        return session;
    }

    /// <summary>Ends a session; a server that is gone is closed enough.</summary>
    public void Close(Google.Protobuf.ByteString sessionId, TimeSpan timeout)
    {
        if (_host is { Host.HasExited: true })
        {
            return;
        }

        try
        {
            _client.Close(new CloseRequest { SessionId = sessionId }, Deadline(timeout));
        }
        catch (RpcException)
        {
            // The lease ends the session there, if it still exists.
        }
    }

    /// <summary>How the host died, if the connection broke because of that.</summary>
    public string? DescribeHostDeath() => _host is { } lease && lease.Host.WaitForExit(HostExitGrace) ? lease.Host.DescribeExit() : null;

    public void Dispose()
    {
        _channel.Dispose();
        _host?.Dispose();
    }

    private static CallOptions Deadline(TimeSpan timeout) => new(deadline: DateTime.UtcNow + timeout);

    private T Call<T>(Func<T> call, string what, TimeSpan timeout)
    {
        try
        {
            return call();
        }
        catch (RpcException exception)
        {
            if (StatusErrors.IsTransport(exception) && DescribeHostDeath() is { } death)
            {
                throw new SessionLostException($"{what} failed: {death}", exception);
            }

            throw StatusErrors.ToException(exception, what, Options, timeout);
        }
    }

    private void CheckGeneration(uint generation)
    {
        if (generation != ProtocolConstants.Generation)
        {
            throw new GenerationMismatchException(
                $"{char.ToUpperInvariant(Peer[0])}{Peer[1..]} speaks generation {generation} of the GymBridge protocol, this client generation {ProtocolConstants.Generation}; install versions that belong together.");
        }
    }
}
