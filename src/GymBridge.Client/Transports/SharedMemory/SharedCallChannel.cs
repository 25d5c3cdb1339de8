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

    public override void Dispose()
    {
        slot.ClientState = PeerState.Gone;
        slot.RingHost();
        slot.Dispose();
        host.Dispose();
        IsUsable = false;
        base.Dispose();
    }

    protected override void Exchange(Call call)
    {
        slot.PostRequest(++_request);
        Await(PatienceOf(call));
    }

    private TimeSpan PatienceOf(Call call) => TimeSpan.FromMilliseconds(
        call.TimeoutMs == 0 ? hostLimitMs : hostLimitMs == 0 ? call.TimeoutMs : Math.Min(call.TimeoutMs, hostLimitMs));

    private void Await(TimeSpan patience)
    {
        var started = Stopwatch.GetTimestamp();
        for (var slice = Shorter(patience, SharedSlot.Slice);
            !slot.WaitForReply(_request, slice);
            slice = Shorter(patience - Stopwatch.GetElapsedTime(started), SharedSlot.Slice))
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

            if (Stopwatch.GetElapsedTime(started) >= patience)
            {
                throw new TransportException(TransportFailure.TimedOut, "no reply came through shared memory", status: "DeadlineExceeded") { Limit = patience };
            }
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < TimeSpan.Zero ? TimeSpan.Zero : one < other ? one : other;
}
