using System.Security.Cryptography;
using Google.Protobuf;
using GymBridge.Client.Errors;
using GymBridge.Client.Transports;
using GymBridge.Protocol;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Wire;

/// <summary>A transport to a server, and the process behind it if this one has started it.</summary>
internal sealed class Connection : IDisposable
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly ITransport _transport;
    private readonly IServerProcess? _process;
    private readonly string? _peer;

    public Connection(ServerAddress address, ClientOptions options, IServerProcess? process = null)
    {
        Address = address;
        Options = options;
        _process = process;
        CheckTransport(options);
        _transport = TransportFactory.Create(address, options);
    }

    /// <summary>A connection to what is in this process.</summary>
    public Connection(ITransport transport, string peer, ClientOptions options) => (_transport, _peer, Options) = (transport, peer, options);

    /// <summary>Where the server is; null if it is this process.</summary>
    public ServerAddress? Address { get; }

    public ClientOptions Options { get; }

    /// <summary>Who is at the other end, for messages.</summary>
    public string Peer => _peer ?? _process?.Name ?? $"the server at {Address}";

    /// <summary>Whether this process has started the one at the other end.</summary>
    public bool IsOwnProcess => _process is not null;

    /// <summary>Throws if options ask for a way that leads to no other process.</summary>
    /// <exception cref="GymBridgeException">They do.</exception>
    public static void CheckTransport(ClientOptions options)
    {
        if (options.EffectiveTransport == Transport.InProcess)
        {
            throw new GymBridgeException(
                "Transport 'inproc' runs Python environments in this process, which the package GymBridge.PythonNet does: add it and call registry.UsePythonInProcess(). A server at an address, or a Python host, is another process; leave the transport (also GYMBRIDGE_TRANSPORT) at 'auto'.");
        }
    }

    public ListResponse List()
    {
        var response = Call(() => OnceMore(() => _transport.List(Options.CallTimeout)), $"Listing the environments of {Peer}", Options.CallTimeout);
        CheckGeneration(response.Generation);
        return response;
    }

    public Session Open(OpenRequest request) =>
        Call(() => OnceMore(() => OpenOrWithdraw(request)), $"Opening '{request.EnvId}' at {Peer}", Options.OpenTimeout);

    /// <summary>The way for the calls of one session.</summary>
    public ICallChannel OpenChannel(Session session) => _transport.OpenChannel(session);

    /// <summary>Ends a session; a server that is gone is closed enough.</summary>
    /// <returns>What closing the environment threw, or that the process which this one has started ended in it; else null.</returns>
    public Exception? Close(ByteString sessionId, uint epoch) => Close(new CloseRequest { SessionId = sessionId, Epoch = epoch });

    private Exception? Close(CloseRequest request)
    {
        if (_process is { HasExited: true })
        {
            return null;
        }

        try
        {
            return _transport.Close(request, CloseTimeout).Fault is { } fault ? FaultCodec.Decode(fault) : null;
        }
        catch (TransportException exception)
        {
            // The lease ends the session there, if it still exists.
            return exception.Failure == TransportFailure.Broken && DescribeHostDeath() is { } death
                ? new SessionLostException($"It was being closed when {death}", exception)
                : null;
        }
    }

    /// <summary>How the process died, if the connection broke because of that.</summary>
    public string? DescribeHostDeath() => _process?.DescribeDeath();

    public void Dispose()
    {
        _transport.Dispose();
        _process?.Dispose();
    }

    // Whoever hears nothing of an Open does not know whether there is a session now, or will be: it is ended by the nonce. Each
    // attempt has its own, so that a former one that comes late is refused.
    private Session OpenOrWithdraw(OpenRequest request)
    {
        request.Nonce = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(ProtocolConstants.OpenNonceBytes));
        try
        {
            var session = _transport.Open(request, Options.OpenTimeout);
            CheckGeneration(session.Contract?.Generation ?? 0);
            return session;
        }
        catch (Exception exception) when (exception is not TransportException { Failure: TransportFailure.Refused })
        {
            Close(new CloseRequest { OpenNonce = request.Nonce });
            throw;
        }
    }

    // A connection that breaks while a request is begun on it (.NET then says that its NetworkStream is disposed) says nothing about
    // the server, and both requests can be made again: an Open whose client has gone is closed by the server.
    private static T OnceMore<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (TransportException exception) when (exception.Failure == TransportFailure.Broken)
        {
            return call();
        }
    }

    private T Call<T>(Func<T> call, string what, TimeSpan timeout)
    {
        try
        {
            return call();
        }
        catch (TransportException exception)
        {
            if (exception.Failure == TransportFailure.Broken && DescribeHostDeath() is { } death)
            {
                throw new SessionLostException($"{what} failed: {death}", exception);
            }

            throw TransportErrors.ToException(exception, what, Options, timeout);
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
