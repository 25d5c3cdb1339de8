using System.Diagnostics;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Grpc.Core;
using GymBridge.Errors;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Server.Service;
using Seed = GymBridge.Seeding.Seed;

namespace GymBridge.Server.Sessions;

/// <summary>The environment of a session with its buffers: turns a call into a reply. Not thread-safe.</summary>
/// <remarks>A step without infos and ends of episodes allocates nothing: the slabs of the replies are the environment's own
/// buffers, so a reply must be serialized before the next call.</remarks>
internal sealed class EnvironmentCaller : IDisposable
{
    private readonly VectorEnv _env;
    private readonly VectorStep _step;
    private readonly Columns _actions;
    private readonly bool[] _mask;
    private readonly byte[] _rewards;
    private readonly byte[] _terminated;
    private readonly byte[] _truncated;
    private readonly Reply _resetReply = new();
    private readonly Reply _stepReply = new();
    private readonly Attributes _attributes;
    private readonly bool _detailedErrors;
    private long _environmentTicks;

    public EnvironmentCaller(VectorEnv env, bool detailedErrors)
    {
        _env = env;
        _detailedErrors = detailedErrors;
        _step = env.CreateStep();
        _actions = env.CreateActions();
        _attributes = new Attributes(env);
        _mask = new bool[env.NumEnvs];
        _rewards = new byte[env.NumEnvs * sizeof(double)];
        _terminated = new byte[env.NumEnvs];
        _truncated = new byte[env.NumEnvs];
        ColumnsCodec.AddShared(_step.Observations, _resetReply.Observation);
        ColumnsCodec.AddShared(_step.Observations, _stepReply.Observation);
        _stepReply.Reward = UnsafeByteOperations.UnsafeWrap(_rewards);
        _stepReply.Terminated = UnsafeByteOperations.UnsafeWrap(_terminated);
        _stepReply.Truncated = UnsafeByteOperations.UnsafeWrap(_truncated);
    }

    /// <summary>Executes a call.</summary>
    /// <returns>A reply that lives until the next call; the environment's exceptions are faults in it.</returns>
    /// <exception cref="RpcException">The call does not fit the contract; the environment was not touched.</exception>
    public Reply Execute(Call call)
    {
        _environmentTicks = 0;
        Reply reply;
        try
        {
            reply = Dispatch(call);
        }
        catch (EnvironmentFailure failure)
        {
            var cause = failure.InnerException!;
            reply = new Reply { Fault = FaultCodec.Encode(cause, IsRecoverable(cause), _detailedErrors) };
        }
        catch (ProtocolException exception)
        {
            throw RpcErrors.InvalidArgument(exception.Message);
        }

        reply.Seq = call.Seq;
        reply.EnvUs = Microseconds(_environmentTicks);
        return reply;
    }

    public void Dispose() => _env.Dispose();

    /// <summary>Microseconds of stopwatch ticks, as the wire carries them.</summary>
    public static uint Microseconds(long ticks) => (uint)Math.Min((ulong)ticks * 1_000_000 / (ulong)Stopwatch.Frequency, uint.MaxValue);

    private static bool IsRecoverable(Exception exception) => exception is not (OutOfMemoryException or ClosedEnvironmentException);

    private Reply Dispatch(Call call) => call.KindCase switch
    {
        Call.KindOneofCase.Step => Step(call.Step),
        Call.KindOneofCase.Reset => Reset(call.Reset),
        Call.KindOneofCase.Ping => new Reply(),
        Call.KindOneofCase.Render => Render(call.Render),
        Call.KindOneofCase.GetAttribute => GetAttribute(call.GetAttribute),
        Call.KindOneofCase.SetAttribute => SetAttribute(call.SetAttribute),
        Call.KindOneofCase.CallMethod => CallMethod(call.CallMethod),
        Call.KindOneofCase.GetGenerator => GetGenerator(call.GetGenerator),
        Call.KindOneofCase.SetGenerator => SetGenerator(call.SetGenerator),
        _ => throw RpcErrors.InvalidArgument("The call has no kind that is known here: reset, step, ping, get_attribute, set_attribute, call_method, render, get_generator or set_generator."),
    };

    private Reply Step(Step step)
    {
        if (step.LaneMask.Length != 0)
        {
            FlagsCodec.Decode(step.LaneMask, _mask, "lane_mask");
            if (_mask.Contains(false))
            {
                throw RpcErrors.Unimplemented("A step of some lanes only is not possible on this host; leave lane_mask empty to step all lanes.");
            }
        }

        DecodeActions(step);
        _step.WantsInfos = step.WantInfo;
        var started = Stopwatch.GetTimestamp();
        try
        {
            _env.Step(_actions, _step);
        }
        catch (Exception exception)
        {
            throw new EnvironmentFailure(exception);
        }
        finally
        {
            _environmentTicks = Stopwatch.GetTimestamp() - started;
        }

        MemoryMarshal.AsBytes(_step.Rewards.AsSpan()).CopyTo(_rewards);
        FlagsCodec.Encode(_step.Terminated, _terminated);
        FlagsCodec.Encode(_step.Truncated, _truncated);
        AddFinals();
        AddInfos(_stepReply, step.WantInfo);
        return _stepReply;
    }

    private void DecodeActions(Step step)
    {
        try
        {
            ColumnsCodec.Decode(step.Action, _actions);
        }
        catch (ProtocolException exception)
        {
            throw RpcErrors.InvalidArgument($"action: {exception.Message}");
        }
    }

    private void AddFinals()
    {
        _stepReply.FinalObservation.Clear();
        if (!_step.HasFinal.Contains(true))
        {
            _stepReply.FinalLanes = ByteString.Empty;
            return;
        }

        _stepReply.FinalLanes = FlagsCodec.Encode(_step.HasFinal);
        ColumnsCodec.AddLanes(_step.FinalObservations, _step.HasFinal, _stepReply.FinalObservation);
    }

    private void AddInfos(Reply reply, bool isWanted)
    {
        reply.Infos.Clear();
        if (!isWanted)
        {
            return;
        }

        for (var lane = 0; lane < _step.Lanes; lane++)
        {
            var (info, finalInfo) = (_step.Infos[lane], _step.FinalInfos[lane]);
            if (info is not null || finalInfo is not null)
            {
                reply.Infos.Add(LaneInfoOf(lane, info, finalInfo));
            }
        }
    }

    private static LaneInfo LaneInfoOf(int lane, Info? info, Info? finalInfo)
    {
        var message = new LaneInfo { Lane = (uint)lane };
        try
        {
            message.Info = info is null ? null : ValueCodec.Encode(info, "info", sharesArrays: true);
            message.FinalInfo = finalInfo is null ? null : ValueCodec.Encode(finalInfo, "final_info", sharesArrays: true);
        }
        catch (NotSupportedException exception)
        {
            exception.Data[SyncVectorEnv.LaneDataKey] = lane;
            throw new EnvironmentFailure(exception);
        }

        return message;
    }

    private Reply Reset(Reset reset)
    {
        ReadOnlySpan<bool> mask = default;
        if (reset.LaneMask.Length != 0)
        {
            FlagsCodec.Decode(reset.LaneMask, _mask, "lane_mask");
            mask = _mask.Contains(true) ? _mask : throw RpcErrors.InvalidArgument("lane_mask: no lane is chosen; leave it empty to reset all lanes.");
        }

        var seeds = SeedsOf(reset);
        var options = ValueCodec.DecodeInfo(reset.Options, "options");
        _step.WantsInfos = true;
        var started = Stopwatch.GetTimestamp();
        try
        {
            _env.Reset(_step, seeds, mask, options);
        }
        catch (Exception exception)
        {
            throw new EnvironmentFailure(exception);
        }
        finally
        {
            _environmentTicks = Stopwatch.GetTimestamp() - started;
        }

        AddInfos(_resetReply, isWanted: true);
        return _resetReply;
    }

    private Seed?[] SeedsOf(Reset reset)
    {
        if (reset.Seeds.Count != 0 && reset.Seeds.Count != _env.NumEnvs)
        {
            throw RpcErrors.InvalidArgument($"seeds: none or {_env.NumEnvs} expected (one a lane), got {reset.Seeds.Count}.");
        }

        var seeds = new Seed?[reset.Seeds.Count];
        for (var lane = 0; lane < seeds.Length; lane++)
        {
            seeds[lane] = SeedCodec.Decode(reset.Seeds[lane]);
        }

        return seeds;
    }

    private Reply Render(Render render)
    {
        var lane = CheckLane(render.Lane);
        return new Reply { Value = InEnvironment(() => ValueCodec.Encode(_env.Render(lane), "frame", sharesArrays: true)) };
    }

    private Reply GetAttribute(GetAttribute attribute)
    {
        var lane = CheckLane(attribute.Lane);
        Attributes.Check(attribute.Name);
        return InEnvironment(() => _attributes.Get(attribute.Name, lane)) is { } value ? new Reply { Value = value } : new Reply();
    }

    private Reply SetAttribute(SetAttribute attribute)
    {
        var lane = CheckLane(attribute.Lane);
        Attributes.Check(attribute.Name);
        var value = ValueCodec.Decode(attribute.Value ?? throw RpcErrors.InvalidArgument("set_attribute: the value is missing."), attribute.Name);
        InEnvironment(() =>
        {
            _attributes.Set(attribute.Name, value, lane);
            return 0;
        });
        return new Reply();
    }

    private Reply CallMethod(CallMethod method)
    {
        var lane = CheckLane(method.Lane);
        Attributes.Check(method.Name);
        var arguments = method.Arguments.Select((argument, index) => ValueCodec.Decode(argument, $"argument {index}")).ToList();
        var keywords = ValueCodec.DecodeInfo(method.KeywordArguments, "keyword arguments");
        return new Reply { Value = InEnvironment(() => _attributes.Call(method.Name, arguments, keywords, lane)) };
    }

    private Reply GetGenerator(GetGenerator get)
    {
        var lane = CheckLane(get.Lane);
        var (state, seed) = InEnvironment(() => _env.GetRng(lane));
        return new Reply { Generator = GeneratorCodec.Encode(state, seed) };
    }

    private Reply SetGenerator(SetGenerator set)
    {
        var lane = CheckLane(set.Lane);
        var (state, _) = GeneratorCodec.Decode(set.State ?? throw RpcErrors.InvalidArgument("set_generator: the state is missing."));
        InEnvironment(() =>
        {
            _env.SetRng(lane, state);
            return 0;
        });
        return new Reply();
    }

    private int CheckLane(uint lane) => lane < (uint)_env.NumEnvs
        ? (int)lane
        : throw RpcErrors.InvalidArgument($"Lane {lane} does not exist; the lanes are 0 to {_env.NumEnvs - 1}.");

    private T InEnvironment<T>(Func<T> call)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return call();
        }
        catch (Exception exception)
        {
            throw new EnvironmentFailure(exception);
        }
        finally
        {
            _environmentTicks = Stopwatch.GetTimestamp() - started;
        }
    }

    /// <summary>Marks an exception as the environment's, so that it is never taken for a mistake of the client or the host.</summary>
    private sealed class EnvironmentFailure(Exception cause) : Exception(cause.Message, cause);
}
