using System.Security.Cryptography;
using Google.Protobuf;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Spaces;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Server.Sessions.Shared;

/// <summary>Offers shared memory to the clients that can use it, in the answer to <c>Open</c>.</summary>
internal sealed class SharedOffers(GymBridgeOptions options, ILogger<SharedOffers> logger)
{
    private int _steppers;

    /// <summary>Adds an offer to what a client is told, or why there is none.</summary>
    public void Offer(Wire.OpenRequest request, Session session, Wire.Session message)
    {
        if (request.SharedMemory is not { } asked)
        {
            return;
        }

        try
        {
            var offer = message.SharedMemory = OperatingSystem.IsLinux() ? Make(asked, session) : throw new SharedMemoryException(Machine.ObstacleTo(asked)!);
            logger.StepsThroughSharedMemory(session.Plan.Name, Machine.NameOf(offer.Pipes is null ? BellKinds.Futex : BellKinds.Pipe));
        }
        catch (SharedMemoryException exception)
        {
            message.SharedMemoryRefusal = exception.Message;
            logger.StepsOverGrpc(session.Plan.Name, exception.Message);
        }
    }

    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    private Wire.SharedMemoryOffer Make(Wire.SharedMemoryRequest asked, Session session)
    {
        if (!options.SharedMemory)
        {
            throw new SharedMemoryException("the host was told not to share memory");
        }

        if (Machine.ObstacleTo(asked) is { } obstacle)
        {
            throw new SharedMemoryException(obstacle);
        }

        if (asked.Nonce.Length != SharedLayout.NonceBytes)
        {
            throw new SharedMemoryException($"the client's nonce has {asked.Nonce.Length} bytes where {SharedLayout.NonceBytes} are needed");
        }

        var observation = SpaceCodec.Decode(session.Plan.Contract.ObservationSpace);
        var action = SpaceCodec.Decode(session.Plan.Contract.ActionSpace);
        var layout = SharedLayout.For(observation, action, session.Plan.Lanes)
            ?? throw new SharedMemoryException("its observations or actions have no fixed size");
        if (Interlocked.Increment(ref _steppers) > options.MaxEnvironmentThreads)
        {
            Interlocked.Decrement(ref _steppers);
            throw new SharedMemoryException($"the host shares memory with {options.MaxEnvironmentThreads} sessions already");
        }

        try
        {
            return Start(asked, session, layout, observation, action);
        }
        catch
        {
            Interlocked.Decrement(ref _steppers);
            throw;
        }
    }

    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    private Wire.SharedMemoryOffer Start(Wire.SharedMemoryRequest asked, Session session, SharedLayout layout, Space observation, Space action)
    {
        var nonce = RandomNumberGenerator.GetBytes(SharedLayout.NonceBytes);
        var client = PeerProcess.Open(asked.ProcessId);
        try
        {
            var bells = Bells.Make(Machine.CommonBell(Machine.Bells, asked), client);
            var slot = SharedSlot.Create(layout, nonce, bells);
            var offer = new Wire.SharedMemoryOffer
            {
                Layout = SharedLayout.Version,
                ProcessId = (uint)Environment.ProcessId,
                Descriptor_ = (uint)slot.Descriptor,
                Bytes = (ulong)layout.Bytes,
                Nonce = UnsafeByteOperations.UnsafeWrap(nonce),
                Pipes = bells.Pipes,
            };
            new SharedStepper(
                session, slot, client, asked.Nonce.ToByteArray(), observation, action, logger, () => Interlocked.Decrement(ref _steppers)).Start();
            return offer;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
