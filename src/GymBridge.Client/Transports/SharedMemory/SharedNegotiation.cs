using System.Security.Cryptography;
using Google.Protobuf;
using GymBridge.Client.Replies;
using GymBridge.Protocol;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Transports.SharedMemory;

/// <summary>Asks a host for shared memory, and takes what it offers.</summary>
internal sealed class SharedNegotiation
{
    private readonly Transport _wanted;
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(SharedLayout.NonceBytes);
    private readonly string? _obstacle;

    private SharedNegotiation(Transport wanted, string? obstacle)
    {
        _wanted = wanted;
        _obstacle = obstacle;
    }

    /// <summary>How the sides wake each other; null where they share no memory.</summary>
    public string? Bell { get; private set; }

    /// <summary>Adds to a request what the host needs to know.</summary>
    public static SharedNegotiation Begin(OpenRequest request, ServerAddress? address, Transport wanted)
    {
        var obstacle = address is null ? "it runs in this process" : wanted == Transport.Grpc ? "it was asked for" : !address.IsLocal ? "the server is reached over the network" : Machine.Obstacle;
        var negotiation = new SharedNegotiation(wanted, obstacle);
        request.SharedMemory = null;
        if (obstacle is null && OperatingSystem.IsLinux())
        {
            request.SharedMemory = Machine.Describe();
            request.SharedMemory.Nonce = UnsafeByteOperations.UnsafeWrap(negotiation._nonce);
        }

        return negotiation;
    }

    /// <summary>The way for the calls of a session, and why it is gRPC; null if it is not.</summary>
    /// <param name="grpc">The gRPC connection's.</param>
    /// <param name="session">What the host has answered.</param>
    /// <exception cref="SharedMemoryException">Shared memory was asked for, and there is none.</exception>
    public (ICallChannel Channel, string? Obstacle) Choose(ICallChannel grpc, Session session)
    {
        var obstacle = _obstacle ?? (session.SharedMemoryRefusal.Length > 0 ? Printable.Of(session.SharedMemoryRefusal) : null);
        if (obstacle is null && session.SharedMemory is { } offer && OperatingSystem.IsLinux())
        {
            try
            {
                return (Open(grpc, session, offer), null);
            }
            catch (SharedMemoryException exception)
            {
                obstacle = exception.Message;
            }
        }

        obstacle ??= "the server does not know of it";
        return _wanted == Transport.SharedMemory ? throw new SharedMemoryException(obstacle) : (grpc, obstacle);
    }

    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    private SharedCallChannel Open(ICallChannel grpc, Session session, SharedMemoryOffer offer)
    {
        var layout = SharedLayout.For(SpaceCodec.Decode(session.Contract.ObservationSpace), SpaceCodec.Decode(session.Contract.ActionSpace), (int)session.Lanes)
            ?? throw new SharedMemoryException("its observations or actions have no fixed size");
        if (offer.Layout != SharedLayout.Version || offer.Nonce.Length != SharedLayout.NonceBytes)
        {
            throw new SharedMemoryException($"the host offers layout {offer.Layout} of the file, this client has layout {SharedLayout.Version}");
        }

        var host = PeerProcess.Open(offer.ProcessId);
        try
        {
            var bells = Bells.Open(offer, host);
            var slot = OpenSlot(layout, offer, bells);
            Bell = Machine.NameOf(bells.Kind);
            _nonce.CopyTo(slot.Bytes(SharedLayout.ClientNonceAt, SharedLayout.NonceBytes));
            slot.ClientState = PeerState.Here;
            slot.RingHost();
            var limit = session.Contract.Limits?.CallTimeoutMs ?? 0;
            return new SharedCallChannel(grpc, slot, host, limit);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    private static SharedSlot OpenSlot(SharedLayout layout, SharedMemoryOffer offer, Bells bells)
    {
        try
        {
            return SharedSlot.Open(layout, offer.ProcessId, offer.Descriptor_, offer.Bytes, offer.Nonce.Span, bells);
        }
        catch
        {
            bells.Dispose();
            throw;
        }
    }
}
