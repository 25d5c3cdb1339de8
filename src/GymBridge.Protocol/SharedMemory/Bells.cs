using System.Runtime.Versioning;
using GymBridge.Protocol.V1;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>The bells of both sides: futex(2) where both have it, else two pipes that the host has made.</summary>
[SupportedOSPlatform("linux")]
internal sealed class Bells : IDisposable
{
    /// <summary>Both sides sleep on words of the file.</summary>
    public static readonly Bells Futex = new(new FutexBell(), new FutexBell(), BellKinds.Futex);

    private Bells(IBell host, IBell client, BellKinds kind) => (Host, Client, Kind) = (host, client, kind);

    /// <summary>Wakes the host.</summary>
    public IBell Host { get; }

    /// <summary>Wakes the client.</summary>
    public IBell Client { get; }

    /// <summary>What they are.</summary>
    public BellKinds Kind { get; }

    /// <summary>How the other side reaches the pipes; null where there are none.</summary>
    public SharedMemoryPipes? Pipes => (Host, Client) is (PipeBell host, PipeBell client)
        ? new SharedMemoryPipes { Host = (uint)host.Descriptor, Client = (uint)client.Descriptor }
        : null;

    /// <summary>The host's bells.</summary>
    /// <param name="kind">What both sides can.</param>
    /// <param name="client">Whose end ends a sleep, too.</param>
    /// <exception cref="SharedMemoryException">The system gives no pipes.</exception>
    public static Bells Make(BellKinds kind, PeerProcess client) =>
        kind == BellKinds.Futex ? Futex : Pair(() => PipeBell.Make(client), () => PipeBell.Make(client));

    /// <summary>The client's bells.</summary>
    /// <exception cref="SharedMemoryException">What the host offers are no pipes of its own, or this side has no futex(2).</exception>
    public static Bells Open(SharedMemoryOffer offer, PeerProcess host) =>
        offer.Pipes is { } pipes ? Pair(() => PipeBell.Open(offer.ProcessId, pipes.Host, host), () => PipeBell.Open(offer.ProcessId, pipes.Client, host))
        : Machine.Bells.HasFlag(BellKinds.Futex) ? Futex
        : throw new SharedMemoryException("the host wakes by futex(2) only, which this client does not have");

    /// <inheritdoc/>
    public void Dispose()
    {
        (Host as PipeBell)?.Dispose();
        (Client as PipeBell)?.Dispose();
    }

    private static Bells Pair(Func<PipeBell> makeHost, Func<PipeBell> makeClient)
    {
        var host = makeHost();
        try
        {
            return new Bells(host, makeClient(), BellKinds.Pipe);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }
}
