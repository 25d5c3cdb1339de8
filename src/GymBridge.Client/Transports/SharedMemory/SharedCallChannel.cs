using System.Diagnostics;
using System.Runtime.Versioning;
using Google.Protobuf;
using GymBridge.Client.Replies;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Transports.SharedMemory;

/// <summary>Carries steps and resets through shared memory, and everything else, with what does not fit there, over gRPC:
/// docs/protocol.md, section 16.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SharedCallChannel(ICallChannel grpc, SharedSlot slot, PeerProcess host, uint hostLimitMs) : ICallChannel
{
    private readonly byte[] _message = new byte[SharedLayout.MessageBytes];
    private uint _request;
    private bool _isUsable = true;
    private bool _hasMarks = true;

    /// <inheritdoc/>
    public CodecTimings? Timings
    {
        get => grpc.Timings;
        set => grpc.Timings = value;
    }

    public void Send(Call call, ReplyTarget target, TimeSpan timeout)
    {
        var start = Timings is null ? 0 : Stopwatch.GetTimestamp();
        if (!_isUsable || !TryWrite(call))
        {
            grpc.Send(call, target, timeout);
            return;
        }

        Timings?.AddEncoding(start);
        slot.PostRequest(++_request);
        Await(PatienceOf(call));
        start = Timings is null ? 0 : Stopwatch.GetTimestamp();
        var head = slot.ReplyHead;
        if (!_isUsable || head.Status == ReplyStatus.OnStream)
        {
            grpc.Send(call, target, timeout);
            return;
        }

        Read(head, call, target);
        Timings?.AddDecoding(start);
    }

    public void Dispose()
    {
        slot.ClientState = PeerState.Gone;
        slot.RingHost();
        slot.Dispose();
        host.Dispose();
        _isUsable = false;
        grpc.Dispose();
    }

    private static bool IsPlain(Call call) =>
        call.KindCase == Call.KindOneofCase.Step && call.Step.LaneMask.IsEmpty && call.Step.ActionDtypes.Count == 0 && call.Step.ActionTypes.Count == 0
        && call.Step.ExactAction is null && call.Generators.Count == 0 && !call.WantGenerators;

    private bool TryWrite(Call call)
    {
        var head = new RequestHead { Seq = call.Seq, Epoch = call.Epoch, TimeoutMs = call.TimeoutMs };
        if (IsPlain(call) && call.Step.Action.Count == slot.Layout.ActionAt.Length)
        {
            if (_hasMarks)
            {
                slot.Bytes(SharedLayout.MarksAt, 2 * slot.Layout.ActionAt.Length).Clear();
                _hasMarks = false;
            }

            for (var leaf = 0; leaf < slot.Layout.ActionAt.Length; leaf++)
            {
                call.Step.Action[leaf].Span.CopyTo(slot.Bytes(slot.Layout.ActionAt[leaf], slot.Layout.ActionRoom[leaf]));
            }

            head.Kind = RequestKind.Step;
            head.WantInfo = call.Step.WantInfo ? 1U : 0;
        }
        else
        {
            if (call.KindCase is not (Call.KindOneofCase.Step or Call.KindOneofCase.Reset)
                || call.CalculateSize() is var length && length > SharedLayout.MessageBytes)
            {
                return false;
            }

            call.WriteTo(slot.Bytes(slot.Layout.RequestMessageAt, length));
            head.Kind = RequestKind.Message;
            head.Length = (uint)length;
        }

        slot.RequestHead = head;
        return true;
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
                _isUsable = false; // The session has ended, or the host stops: the gRPC connection says what became of the call.
                return;
            }

            if (host.HasExited)
            {
                _isUsable = false;
                throw new TransportException(TransportFailure.Broken, "its process has ended");
            }

            if (Stopwatch.GetElapsedTime(started) >= patience)
            {
                throw new TransportException(TransportFailure.TimedOut, "no reply came through shared memory", status: "DeadlineExceeded");
            }
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < TimeSpan.Zero ? TimeSpan.Zero : one < other ? one : other;

    // The host may write at any time: the message is copied before it is read, and every size is checked.
    private void Read(ReplyHead head, Call call, ReplyTarget target)
    {
        if (head.Status != ReplyStatus.Done || head.Seq != call.Seq || head.Length > SharedLayout.MessageBytes)
        {
            target.Clear();
            target.Problem = $"the shared file answers call {call.Seq} with call {head.Seq}, status {(uint)head.Status} and a message of {head.Length} bytes.";
            return;
        }

        var rest = _message.AsSpan(0, (int)head.Length);
        slot.Bytes(slot.Layout.ReplyMessageAt, rest.Length).CopyTo(rest);
        ReplyReader.ReadShared(head, slot, rest, target);
    }
}
