using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;
using Space = GymBridge.Spaces.Space;

namespace GymBridge.Server.Sessions.Shared;

/// <summary>The call that lies in shared memory, and its reply on the way back into it.</summary>
/// <remarks>What the client has written is copied before it is looked at: it may change at any time. A step allocates nothing
/// as long as its actions keep their element types.</remarks>
internal sealed class SharedCall : ISharedCall
{
    private readonly CallMemory _memory;
    private readonly Space _actionSpace;
    private readonly Space _observationSpace;
    private readonly byte[] _marks;
    private readonly byte[] _newMarks;
    private RequestHead _request;
    private byte[][] _actions = [];
    private Call? _step;

    public SharedCall(CallMemory memory, Space observationSpace, Space actionSpace)
    {
        _memory = memory;
        _observationSpace = observationSpace;
        _actionSpace = actionSpace;
        _marks = new byte[2 * actionSpace.Leaves.Length];
        _newMarks = new byte[_marks.Length];
    }

    public ulong Seq => _request.Seq;

    public CallMemory Memory => _memory;

    public uint Epoch => Math.Max(_request.Epoch, 1);

    public IEnvironmentGuard? Guard { get; set; }

    /// <summary>How long its caller waits; 0 for ever.</summary>
    public uint TimeoutMs => _request.TimeoutMs;

    /// <summary>Takes the request's head out of the memory.</summary>
    public void Receive() => _request = _memory.RequestHead;

    /// <summary>Writes that the gRPC connection has the answer.</summary>
    public void LeaveToStream() => _memory.ReplyHead = new ReplyHead { Seq = _request.Seq, Status = ReplyStatus.OnStream };

    public bool TryRead(bool mustBeNew, [NotNullWhen(true)] out Call? call)
    {
        call = _request.Kind switch
        {
            RequestKind.Step => ReadStep(mustBeNew),
            RequestKind.Message => ReadMessage(),
            _ => null,
        };
        return call is not null;
    }

    public bool TryTake(Reply reply)
    {
        var head = new ReplyHead { Seq = reply.Seq, Status = ReplyStatus.Done, EnvUs = reply.EnvUs, ServerUs = reply.ServerUs };
        if (reply.Fault is null)
        {
            head.Columns = TakeColumns(reply);
        }

        if (RestOf(reply) is { } rest)
        {
            var length = rest.CalculateSize();
            if (length > SharedLayout.MessageBytes)
            {
                return false;
            }

            rest.WriteTo(_memory.Bytes(_memory.Layout.ReplyMessageAt, length));
            head.Length = (uint)length;
        }

        _memory.ReplyHead = head;
        return true;
    }

    // What the columns do not say; null in the most frequent case.
    private static Reply? RestOf(Reply reply)
    {
        if (reply.Fault is null && reply.Infos.Count == 0 && reply.FinalLanes.IsEmpty && reply.Warnings.Count == 0 && reply.Generators.Count == 0
            && reply.Value is null && reply.Generator is null && reply.PythonTypes is null && reply.ExactReward is null && reply.Snapshots.Count == 0)
        {
            return null;
        }

        var rest = new Reply
        {
            Seq = reply.Seq,
            Fault = reply.Fault,
            FinalLanes = reply.FinalLanes,
            Value = reply.Value,
            Generator = reply.Generator,
            PythonTypes = reply.PythonTypes,
            ExactReward = reply.ExactReward,
        };
        rest.FinalObservation.AddRange(reply.FinalObservation);
        rest.Infos.AddRange(reply.Infos);
        rest.Warnings.AddRange(reply.Warnings);
        rest.Snapshots.AddRange(reply.Snapshots);
        rest.Generators.AddRange(reply.Generators);
        return rest;
    }

    private static int ItemSize(byte mark, DType own) => mark == 0 ? own.ItemSize()
        : Enum.IsDefined((DType)mark) ? ((DType)mark).ItemSize() : -1;

    private Call? ReadMessage()
    {
        if (_request.Length is 0 or > SharedLayout.MessageBytes)
        {
            return null;
        }

        try
        {
            var call = Call.Parser.ParseFrom(_memory.Bytes(_memory.Layout.RequestMessageAt, (int)_request.Length).ToArray());
            return call.Seq == _request.Seq ? call : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private Call? ReadStep(bool mustBeNew)
    {
        _memory.Bytes(SharedLayout.MarksAt, _newMarks.Length).CopyTo(_newMarks);
        if ((_step is null || mustBeNew || !_newMarks.AsSpan().SequenceEqual(_marks)) && !TryPrepare())
        {
            _step = null;
            return null;
        }

        for (var leaf = 0; leaf < _actions.Length; leaf++)
        {
            _memory.Bytes(_memory.Layout.ActionAt[leaf], _actions[leaf].Length).CopyTo(_actions[leaf]);
        }

        var call = _step!;
        call.Seq = _request.Seq;
        call.Epoch = _request.Epoch;
        call.TimeoutMs = _request.TimeoutMs;
        call.Step.WantInfo = _request.WantInfo != 0;
        return call;
    }

    // A message whose slabs are arrays of ours, which every step fills again.
    private bool TryPrepare()
    {
        _newMarks.CopyTo(_marks, 0);
        var leaves = _actionSpace.Leaves;
        var actions = new byte[leaves.Length][];
        var step = new Step();
        for (var leaf = 0; leaf < leaves.Length; leaf++)
        {
            var size = ItemSize(_marks[2 * leaf], leaves[leaf].DType);
            var bytes = (long)leaves[leaf].Elements * _memory.Layout.Lanes * size;
            if (size < 0 || bytes > _memory.Layout.ActionRoom[leaf])
            {
                return false;
            }

            actions[leaf] = new byte[bytes];
            step.Action.Add(UnsafeByteOperations.UnsafeWrap(actions[leaf]));
        }

        for (var mark = 0; mark < 2; mark++)
        {
            var isMarked = Enumerable.Range(0, leaves.Length).Any(leaf => _marks[(2 * leaf) + mark] != 0);
            for (var leaf = 0; isMarked && leaf < leaves.Length; leaf++)
            {
                var value = _marks[(2 * leaf) + mark];
                if (mark == 0)
                {
                    step.ActionDtypes.Add((Protocol.V1.DType)value);
                }
                else
                {
                    step.ActionTypes.Add((Protocol.V1.PythonType)value);
                }
            }
        }

        (_actions, _step) = (actions, new Call { Step = step });
        return true;
    }

    // Results that the environment has written into this memory are copied onto themselves, which costs nothing.
    private ReplyColumns TakeColumns(Reply reply)
    {
        var columns = ReplyColumns.None;
        var layout = _memory.Layout;
        if (reply.Observation.Count > 0)
        {
            for (var leaf = 0; leaf < reply.Observation.Count; leaf++)
            {
                reply.Observation[leaf].Span.CopyTo(_memory.Bytes(layout.ObservationAt[leaf], _observationSpace.Leaves[leaf].Bytes * layout.Lanes));
            }

            columns |= ReplyColumns.Observations;
        }

        if (!reply.Reward.IsEmpty)
        {
            reply.Reward.Span.CopyTo(_memory.Bytes(layout.RewardAt, sizeof(double) * layout.Lanes));
            reply.Terminated.Span.CopyTo(_memory.Bytes(layout.TerminatedAt, layout.Lanes));
            reply.Truncated.Span.CopyTo(_memory.Bytes(layout.TruncatedAt, layout.Lanes));
            columns |= ReplyColumns.Outcomes;
        }

        return columns;
    }
}
