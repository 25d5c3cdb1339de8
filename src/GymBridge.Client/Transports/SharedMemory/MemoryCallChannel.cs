using System.Diagnostics;
using Google.Protobuf;
using GymBridge.Client.Replies;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Transports.SharedMemory;

/// <summary>Carries steps and resets through memory that the other side sees as well, and everything else, with what does not fit there,
/// by another channel.</summary>
internal abstract class MemoryCallChannel(ICallChannel rest, CallMemory memory) : ICallChannel
{
    private readonly byte[] _message = new byte[SharedLayout.MessageBytes];
    private bool _hasMarks = true;
    private Call? _begun;

    /// <inheritdoc/>
    public CodecTimings? Timings
    {
        get => rest.Timings;
        set => rest.Timings = value;
    }

    /// <summary>Whether the other side still looks at the memory.</summary>
    protected bool IsUsable { get; set; } = true;

    public bool TryBegin(Call call)
    {
        var start = Timings is null ? 0 : Stopwatch.GetTimestamp();
        if (!IsUsable || !TryWrite(call))
        {
            return false;
        }

        Timings?.AddEncoding(start);
        Begin(call);
        _begun = call;
        return true;
    }

    public void Send(Call call, ReplyTarget target, TimeSpan timeout)
    {
        if (!ReferenceEquals(_begun, call) && !TryBegin(call))
        {
            rest.Send(call, target, timeout);
            return;
        }

        _begun = null;
        Await(call);
        var start = Timings is null ? 0 : Stopwatch.GetTimestamp();
        var head = memory.ReplyHead;
        if (!IsUsable || head.Status == ReplyStatus.OnStream)
        {
            rest.Send(call, target, timeout);
            return;
        }

        Read(head, call, target);
        Timings?.AddDecoding(start);
    }

    public virtual void Dispose() => rest.Dispose();

    /// <summary>Tells the other side of the call that lies in the memory.</summary>
    protected abstract void Begin(Call call);

    /// <summary>Waits until its reply lies there.</summary>
    /// <exception cref="TransportException">The other side is gone, or the time is over.</exception>
    protected abstract void Await(Call call);

    private static bool IsPlain(Call call) =>
        call.KindCase == Call.KindOneofCase.Step && call.Step.LaneMask.IsEmpty && call.Step.ActionDtypes.Count == 0 && call.Step.ActionTypes.Count == 0
        && call.Step.ExactAction is null && call.Generators.Count == 0 && !call.WantGenerators;

    private bool TryWrite(Call call)
    {
        var head = new RequestHead { Seq = call.Seq, Epoch = call.Epoch, TimeoutMs = call.TimeoutMs };
        if (IsPlain(call) && call.Step.Action.Count == memory.Layout.ActionAt.Length)
        {
            if (_hasMarks)
            {
                memory.Bytes(SharedLayout.MarksAt, 2 * memory.Layout.ActionAt.Length).Clear();
                _hasMarks = false;
            }

            for (var leaf = 0; leaf < memory.Layout.ActionAt.Length; leaf++)
            {
                call.Step.Action[leaf].Span.CopyTo(memory.Bytes(memory.Layout.ActionAt[leaf], memory.Layout.ActionRoom[leaf]));
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

            call.WriteTo(memory.Bytes(memory.Layout.RequestMessageAt, length));
            head.Kind = RequestKind.Message;
            head.Length = (uint)length;
        }

        memory.RequestHead = head;
        return true;
    }

    // The other side may write at any time: the message is copied before it is read, and every size is checked.
    private void Read(ReplyHead head, Call call, ReplyTarget target)
    {
        if (head.Status != ReplyStatus.Done || head.Seq != call.Seq || head.Length > SharedLayout.MessageBytes)
        {
            target.Clear();
            target.Problem = $"the memory answers call {call.Seq} with call {head.Seq}, status {(uint)head.Status} and a message of {head.Length} bytes.";
            return;
        }

        var message = _message.AsSpan(0, (int)head.Length);
        memory.Bytes(memory.Layout.ReplyMessageAt, message.Length).CopyTo(message);
        ReplyReader.ReadShared(head, memory, message, target);
    }
}
