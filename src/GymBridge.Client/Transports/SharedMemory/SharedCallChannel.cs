using System.Diagnostics;
using System.Runtime.Versioning;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Transports.SharedMemory;

/// <summary>Carries steps and resets through memory shared with another process, and everything else over gRPC: docs/protocol.md,
/// section 16.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SharedCallChannel(ICallChannel grpc, SharedSlot slot, PeerProcess host, uint hostLimitMs) : MemoryCallChannel(grpc, slot)
{
    private uint _request;
    private long _started;

    public override void Dispose()
    {
        slot.ClientState = PeerState.Gone;
        slot.RingHost();
        slot.Dispose();
        host.Dispose();
        IsUsable = false;
        base.Dispose();
    }

    protected override void Begin(Call call)
    {
        _started = Stopwatch.GetTimestamp();
        slot.PostRequest(++_request);
    }

    protected override void Await(Call call)
    {
        var patience = PatienceOf(call);
        while (!slot.WaitForReply(_request, Shorter(patience - Stopwatch.GetElapsedTime(_started), SharedSlot.Slice)))
        {
            if (slot.Reply == _request)
            {
                return;
            }

            if (slot.HostState == PeerState.Gone)
            {
                IsUsable = false; // The session has ended, or the host stops: the gRPC connection says what became of the call.
                return;
            }

            if (host.HasExited)
            {
                IsUsable = false;
                throw new TransportException(TransportFailure.Broken, "its process has ended");
            }

            if (Stopwatch.GetElapsedTime(_started) >= patience)
            {
                throw new TransportException(TransportFailure.TimedOut, "no reply came through shared memory", status: "DeadlineExceeded") { Limit = patience };
            }
        }
    }

    private TimeSpan PatienceOf(Call call) => TimeSpan.FromMilliseconds(
        call.TimeoutMs == 0 ? hostLimitMs : hostLimitMs == 0 ? call.TimeoutMs : Math.Min(call.TimeoutMs, hostLimitMs));

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < TimeSpan.Zero ? TimeSpan.Zero : one < other ? one : other;
}
