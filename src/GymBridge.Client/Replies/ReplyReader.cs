using System.Runtime.InteropServices;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Replies;

/// <summary>
/// Reads a <c>Reply</c> from its bytes. The generated parser would copy each column into a ByteString first; here the bytes go
/// straight into the caller's columns. Parts that are rare (infos, faults, values) are left to the generated parsers.
/// </summary>
internal ref struct ReplyReader
{
    // Field numbers of message Reply.
    private const int Seq = 1;
    private const int Observation = 2;
    private const int Reward = 3;
    private const int Terminated = 4;
    private const int Truncated = 5;
    private const int FinalObservation = 6;
    private const int FinalLanes = 7;
    private const int Infos = 8;
    private const int FaultField = 9;
    private const int EnvUs = 10;
    private const int ServerUs = 11;
    private const int ValueField = 12;
    private const int Generator = 13;
    private const int PythonTypesField = 14;
    private const int Warnings = 16;
    private const int Snapshots = 17;
    private const int Generators = 18;

    private readonly ReplyTarget _target;
    private WireSpan _wire;
    private int _observations;
    private int _finals;
    private int _firstFinal;
    private bool _hasReward;
    private bool _hasTerminated;
    private bool _hasTruncated;

    private ReplyReader(ReadOnlySpan<byte> bytes, ReplyTarget target)
    {
        _wire = new WireSpan(bytes);
        _target = target;
    }

    /// <summary>Reads a reply into <paramref name="target"/>; what does not fit is said in its <c>Problem</c>.</summary>
    public static void Read(ReadOnlySpan<byte> bytes, ReplyTarget target)
    {
        target.Clear();
        try
        {
            var reader = new ReplyReader(bytes, target);
            reader.ReadFields();
            reader.Check();
        }
        catch (ProtocolException exception)
        {
            target.Problem = exception.Message;
        }
        catch (Google.Protobuf.InvalidProtocolBufferException exception)
        {
            target.Problem = exception.Message;
        }
    }

    /// <summary>Reads a reply whose columns lie in shared memory, and whose other fields are those of a message.</summary>
    public static void ReadShared(in ReplyHead head, CallMemory memory, ReadOnlySpan<byte> rest, ReplyTarget target)
    {
        target.Clear();
        try
        {
            var reader = new ReplyReader(rest, target);
            reader.TakeColumns(head.Columns, memory);
            reader.ReadFields();
            reader.Check();
            (target.Seq, target.EnvUs, target.ServerUs) = (head.Seq, head.EnvUs, head.ServerUs);
        }
        catch (ProtocolException exception)
        {
            target.Problem = exception.Message;
        }
        catch (Google.Protobuf.InvalidProtocolBufferException exception)
        {
            target.Problem = exception.Message;
        }
    }

    private void TakeColumns(ReplyColumns columns, CallMemory memory)
    {
        var layout = memory.Layout;
        if (columns.HasFlag(ReplyColumns.Observations) && _target.Step is { } step)
        {
            for (var leaf = 0; leaf < step.Observations.Count; leaf++)
            {
                TakeObservation(memory.Bytes(layout.ObservationAt[leaf], step.Observations[leaf].Leaf.Bytes * layout.Lanes));
            }
        }

        if (columns.HasFlag(ReplyColumns.Outcomes) && _target.IsStep)
        {
            _hasReward = Take(memory.Bytes(layout.RewardAt, sizeof(double) * layout.Lanes), MemoryMarshal.AsBytes(_target.Step!.Rewards.AsSpan()), "reward");
            _hasTerminated = TakeSharedFlags(memory.Bytes(layout.TerminatedAt, layout.Lanes), _target.Step.Terminated, "terminated");
            _hasTruncated = TakeSharedFlags(memory.Bytes(layout.TruncatedAt, layout.Lanes), _target.Step.Truncated, "truncated");
        }
    }

    // Copied first: the other side may write between the check and the copy.
    private static bool TakeSharedFlags(ReadOnlySpan<byte> bytes, Span<bool> target, string name)
    {
        var copy = MemoryMarshal.AsBytes(target);
        Take(bytes, copy, name);
        if (copy.IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and var lane)
        {
            var value = copy[lane];
            copy.Clear();
            throw new ProtocolException($"{name} of lane {lane} is {value}; a flag is 0 or 1.");
        }

        return true;
    }

    private void ReadFields()
    {
        while (_wire.ReadTag(out var field, out var type))
        {
            switch (field)
            {
                case Seq when type == WireSpan.Fixed64:
                    _target.Seq = _wire.ReadFixed64();
                    break;
                case Observation when type == WireSpan.Bytes:
                    TakeObservation(_wire.ReadBytes());
                    break;
                case Reward when type == WireSpan.Bytes:
                    _hasReward = Take(_wire.ReadBytes(), _target.IsStep ? MemoryMarshal.AsBytes(_target.Step!.Rewards.AsSpan()) : default, "reward");
                    break;
                case Terminated when type == WireSpan.Bytes:
                    _hasTerminated = TakeFlags(_wire.ReadBytes(), _target.IsStep ? _target.Step!.Terminated : default, "terminated");
                    break;
                case Truncated when type == WireSpan.Bytes:
                    _hasTruncated = TakeFlags(_wire.ReadBytes(), _target.IsStep ? _target.Step!.Truncated : default, "truncated");
                    break;
                case FinalObservation when type == WireSpan.Bytes:
                    // Which lanes they are stands in a later field: read them when everything is known.
                    _firstFinal = _finals++ == 0 ? _wire.Position : _firstFinal;
                    _wire.ReadBytes();
                    break;
                case FinalLanes when type == WireSpan.Bytes:
                    TakeFlags(_wire.ReadBytes(), _target.IsStep ? _target.Step!.HasFinal : default, "final_lanes");
                    break;
                case Infos when type == WireSpan.Bytes:
                    TakeInfo(_wire.ReadBytes());
                    break;
                case FaultField when type == WireSpan.Bytes:
                    _target.Fault = Fault.Parser.ParseFrom(_wire.ReadBytes());
                    break;
                case EnvUs when type == WireSpan.Varint:
                    _target.EnvUs = _wire.ReadUInt32();
                    break;
                case ServerUs when type == WireSpan.Varint:
                    _target.ServerUs = _wire.ReadUInt32();
                    break;
                case ValueField when type == WireSpan.Bytes:
                    _target.Value = Value.Parser.ParseFrom(_wire.ReadBytes());
                    break;
                case PythonTypesField when type == WireSpan.Bytes:
                    _target.TakePythonTypes(_wire.ReadBytes());
                    break;
                case Warnings when type == WireSpan.Bytes:
                    (_target.Warnings ??= []).Add(System.Text.Encoding.UTF8.GetString(_wire.ReadBytes()));
                    break;
                case Snapshots when type == WireSpan.Bytes:
                    _target.Snapshot = LaneSnapshot.Parser.ParseFrom(_wire.ReadBytes());
                    break;
                case Generators when type == WireSpan.Bytes:
                    (_target.Generators ??= []).Add(LaneGenerator.Parser.ParseFrom(_wire.ReadBytes()));
                    break;
                case Generator when type == WireSpan.Bytes:
                    _target.Generator = GeneratorState.Parser.ParseFrom(_wire.ReadBytes());
                    break;
                default:
                    _wire.Skip(type);
                    break;
            }
        }
    }

    private void Check()
    {
        if (_target.Fault is not null || _target.Step is not { } step)
        {
            return;
        }

        if (_observations != step.Observations.Count)
        {
            throw new ProtocolException($"{step.Observations.Count} observation leaves were expected, got {_observations}.");
        }

        if (_target.IsStep && !(_hasReward && _hasTerminated && _hasTruncated))
        {
            throw new ProtocolException("The reply to a step lacks reward, terminated or truncated.");
        }

        if (_finals > 0)
        {
            TakeFinals(step);
        }
        else if (_target.IsStep && step.Observations.Count > 0 && step.HasFinal.AsSpan().Contains(true))
        {
            throw new ProtocolException("final_lanes names lanes, and there is no final_observation.");
        }
    }

    private void TakeObservation(ReadOnlySpan<byte> slab)
    {
        if (_target.Step is not { } step || _observations >= step.Observations.Count)
        {
            throw new ProtocolException("The reply has an observation leaf that the observation space does not have.");
        }

        _target.Codec.DecodeLeaf(_observations, slab, step.Observations, _target.Mask);
        _observations++;
    }

    private void TakeFinals(VectorStep step)
    {
        if (_finals != step.FinalObservations.Count)
        {
            throw new ProtocolException($"{step.FinalObservations.Count} final observation leaves were expected, got {_finals}.");
        }

        _wire.Position = _firstFinal;
        for (var leaf = 0; leaf < _finals; leaf++)
        {
            // The first one's tag is read already; between the others there may, by the letter, be other fields.
            for (var field = leaf == 0 ? FinalObservation : 0; field != FinalObservation;)
            {
                _wire.ReadTag(out field, out var type);
                if (field != FinalObservation)
                {
                    _wire.Skip(type);
                }
            }

            _target.Codec.DecodeLeaf(leaf, _wire.ReadBytes(), step.FinalObservations, step.HasFinal, onlyMasked: true);
        }
    }

    private readonly void TakeInfo(ReadOnlySpan<byte> bytes)
    {
        if (_target.Infos.TryRead(bytes, out var lane, out var info))
        {
            TakeInfo(lane, info, null);
            return;
        }

        var message = LaneInfo.Parser.ParseFrom(bytes);
        TakeInfo(message.Lane, ValueCodec.DecodeReplyInfo(message.Info, "info"), ValueCodec.DecodeReplyInfo(message.FinalInfo, "final_info"));
        _target.Infos.Learn(message);
    }

    private readonly void TakeInfo(uint lane, Info? info, Info? finalInfo)
    {
        if (_target.Step is not { } step || lane >= (uint)step.Lanes)
        {
            throw new ProtocolException($"The reply has an info for lane {lane}, which does not exist.");
        }

        (step.Infos[lane], step.FinalInfos[lane]) = (info, finalInfo);
    }

    private static bool TakeFlags(ReadOnlySpan<byte> bytes, Span<bool> target, string name)
    {
        // Any other byte than 0 and 1 would make a bool that is neither true nor false.
        if (bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and var lane)
        {
            throw new ProtocolException($"{name} of lane {lane} is {bytes[lane]}; a flag is 0 or 1.");
        }

        return Take(bytes, MemoryMarshal.AsBytes(target), name);
    }

    private static bool Take(ReadOnlySpan<byte> bytes, Span<byte> target, string name)
    {
        CheckLength(bytes.Length, target.Length, name);
        bytes.CopyTo(target);
        return true;
    }

    private static void CheckLength(int length, int expected, string name)
    {
        if (length != expected)
        {
            throw new ProtocolException($"{name} has {length} bytes, {expected} were expected.");
        }
    }
}
