using System.Diagnostics;
using System.Runtime.InteropServices;
using Google.Protobuf;
using GymBridge.Errors;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Protocol.V1;
using Seed = GymBridge.Seeding.Seed;

namespace GymBridge.Server.Sessions;

/// <summary>The environment of a session with its buffers: turns a call into a reply. Not thread-safe.</summary>
/// <remarks>A step without infos and ends of episodes allocates nothing: the slabs of the replies are the environment's own
/// buffers, so a reply must be serialized before the next call. A kind of call is added to <see cref="Dispatch"/>.</remarks>
internal sealed class EnvironmentCaller
{
    private const int MaxWarnings = 100;

    private readonly VectorEnv _env;
    private VectorStep _step;
    private readonly ActionReader _actionReader;
    private readonly SlabCodec _observationCodec;
    private readonly bool[] _mask;
    private readonly bool[] _ended;
    private CallMemory? _memory;
    private Memory<byte> _rewards;
    private Memory<byte> _terminated;
    private Memory<byte> _truncated;
    private readonly Reply _resetReply = new();
    private readonly Reply _stepReply = new();
    private readonly RemoteAttributes _attributes;
    private readonly HashSet<string> _told = [];
    private readonly List<string> _warnings = [];
    private readonly Action<string> _warn;
    private readonly GymBridgeOptions _options;
    private readonly bool _sendsTraces;
    private readonly long _infoBudget;
    private readonly ByteString _specHash;
    private readonly PythonTypes _contractTypes;
    private PythonTypes _types;
    private Protocol.V1.PythonTypes? _otherTypes;
    private readonly Action _stepAll;
    private readonly Action _stepSome;
    private IEnvironmentGuard? _guard;
    private Columns _actions = null!;
    private bool _wasReset;
    private long _environmentTicks;

    public EnvironmentCaller(VectorEnv env, GymBridgeOptions options, bool sendsTraces = false)
    {
        _sendsTraces = sendsTraces;
        _env = env;
        _options = options;
        _step = env.CreateStep();
        _types = _contractTypes = env.PythonTypes;
        _specHash = ByteString.CopyFrom(SpecHash.Compute(env.SingleObservationSpace, env.SingleActionSpace, env.PythonTypes));
        _infoBudget = Math.Max(0, options.MaxMessageBytes - StepSize.OfReply(env) - StepSize.Overhead);
        _warn = Warn;
        _stepAll = () => _env.Step(_actions, _step);
        _stepSome = () => _env.Step(_actions, _step, _mask);
        _actionReader = new ActionReader(env, Warn);
        _observationCodec = new SlabCodec(env.SingleObservationSpace);
        _attributes = new RemoteAttributes(env);
        _mask = new bool[env.NumEnvs];
        _ended = new bool[env.NumEnvs];
        _rewards = new byte[env.NumEnvs * sizeof(double)];
        _terminated = new byte[env.NumEnvs];
        _truncated = new byte[env.NumEnvs];
        ShowColumns();
    }

    /// <summary>The lanes whose episode has ended and that were not reset since; empty for none.</summary>
    public bool[] Ended => _ended.Contains(true) ? (bool[])_ended.Clone() : [];

    /// <summary>Whether the columns of the results lie in a memory.</summary>
    public bool Uses(CallMemory memory) => ReferenceEquals(memory, _memory);

    /// <summary>Lays the columns of the results into memory that the client reads as well, or, with null, into memory of its own. They take
    /// over what is in them; replies that were given before are worthless.</summary>
    public void Use(CallMemory? memory)
    {
        if (!ReferenceEquals(memory, _memory))
        {
            Move(memory);
        }
    }

    /// <summary>Executes a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="guard">Ends the environment's code; null where nobody has to.</param>
    /// <returns>A reply that lives until the next call; the environment's exceptions are faults in it.</returns>
    /// <exception cref="CallRefusedException">The call does not fit the contract; the environment was not touched.</exception>
    public Reply Execute(Call call, IEnvironmentGuard? guard = null)
    {
        _guard = guard;
        _environmentTicks = 0;
        _warnings.Clear();
        Reply reply;
        using var listening = WarningListener.Listen(_warn);
        try
        {
            MoveGenerators(call);
            reply = Dispatch(call);
            AddGenerators(call, reply);
        }
        catch (EnvironmentFailure failure)
        {
            var cause = failure.InnerException!;
            reply = new Reply { Fault = FaultCodec.Encode(cause, IsRecoverable(cause), _sendsTraces) };
        }
        catch (ProtocolException exception)
        {
            throw new CallRefusedException(exception);
        }

        reply.Warnings.Clear();
        if (_warnings.Count > 0)
        {
            reply.Warnings.AddRange(_warnings);
        }

        reply.Seq = call.Seq;
        reply.EnvUs = Microseconds(_environmentTicks);
        return reply;
    }

    /// <summary>Closes the environment; what it throws is the caller's.</summary>
    public void Close() => _env.Close();

    /// <summary>An exception of closing as it goes over the wire.</summary>
    public Fault FaultOf(Exception exception) => FaultCodec.Encode(exception, isRecoverable: false, _sendsTraces);

    /// <summary>Microseconds of stopwatch ticks, as the wire carries them.</summary>
    public static uint Microseconds(long ticks) => (uint)Math.Min((ulong)ticks * 1_000_000 / (ulong)Stopwatch.Frequency, uint.MaxValue);

    private static bool IsRecoverable(Exception exception) => exception is not (OutOfMemoryException or ClosedEnvironmentException);

    // Apart from Use, which every step calls: this has a closure.
    private void Move(CallMemory? memory)
    {
        var (space, lanes, former, layout) = (_env.SingleObservationSpace, _env.NumEnvs, _step.Observations, memory?.Layout);
        _step = new VectorStep(memory is null
            ? new Columns(space, lanes)
            : new Columns(space, lanes, leaf => memory.Lend(layout!.ObservationAt[leaf], space.Leaves[leaf].Bytes * lanes)));
        for (var lane = 0; lane < lanes; lane++)
        {
            _step.Observations.CopyLane(former, lane, lane);
        }

        _rewards = memory?.Lend(layout!.RewardAt, lanes * sizeof(double)).Memory ?? new byte[lanes * sizeof(double)];
        _terminated = memory?.Lend(layout!.TerminatedAt, lanes).Memory ?? new byte[lanes];
        _truncated = memory?.Lend(layout!.TruncatedAt, lanes).Memory ?? new byte[lanes];
        _memory = memory;
        ShowColumns();
    }

    // The slabs of the replies are the columns themselves.
    private void ShowColumns()
    {
        foreach (var reply in (ReadOnlySpan<Reply>)[_resetReply, _stepReply])
        {
            reply.Observation.Clear();
            _observationCodec.AddShared(_step.Observations, reply.Observation);
        }

        _stepReply.Reward = UnsafeByteOperations.UnsafeWrap(_rewards);
        _stepReply.Terminated = UnsafeByteOperations.UnsafeWrap(_terminated);
        _stepReply.Truncated = UnsafeByteOperations.UnsafeWrap(_truncated);
    }

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
        Call.KindOneofCase.TakeSnapshot => TakeSnapshot(call.TakeSnapshot),
        Call.KindOneofCase.RestoreSnapshot => RestoreSnapshot(call.RestoreSnapshot),
        _ => throw new CallRefusedException(
            ErrorReasons.UnknownCall,
            "The call has no kind that is known here: reset, step, ping, get_attribute, set_attribute, call_method, render, get_generator, set_generator, take_snapshot or restore_snapshot."),
    };

    private void Warn(string warning)
    {
        if (_told.Count < MaxWarnings && _told.Add(warning))
        {
            _warnings.Add(warning);
        }
    }

    private void MoveGenerators(Call call)
    {
        for (var i = 0; i < call.Generators.Count; i++)
        {
            MoveGenerator(call.Generators[i]);
        }
    }

    private void MoveGenerator(LaneGenerator generator)
    {
        var lane = CheckLane(generator.Lane);
        var (state, _) = GeneratorCodec.Decode(generator.State ?? throw Missing("generators: the state"));
        InEnvironment(() =>
        {
            _env.MoveRng(lane, state);
            return 0;
        });
    }

    private void AddGenerators(Call call, Reply reply)
    {
        reply.Generators.Clear();
        for (var lane = 0; lane < _env.NumEnvs && call.WantGenerators; lane++)
        {
            reply.Generators.Add(new LaneGenerator { Lane = (uint)lane, State = GeneratorOf(lane) });
        }
    }

    private GeneratorState GeneratorOf(int lane)
    {
        var (state, seed) = InEnvironment(() => _env.GetRng(lane));
        return GeneratorCodec.Encode(state, seed);
    }

    private Reply Step(Step step)
    {
        var isMasked = ReadMask(step.LaneMask) && _mask.Contains(false);
        if (isMasked && !_env.CanStepSomeLanes)
        {
            throw new CallRefusedException(
                ErrorReasons.CapabilityMissing,
                "This session steps all its lanes together; open one that wants 'step_some_lanes', or leave lane_mask empty.",
                ("missing", "step_some_lanes"), ("offered", string.Join(',', ContractFactory.Capabilities)));
        }

        _actions = ReadActions(step);
        _step.WantsInfos = step.WantInfo;
        var started = Stopwatch.GetTimestamp();
        try
        {
            Guarded(isMasked ? _stepSome : _stepAll);

            _observationCodec.Refresh(_step.Observations, _stepReply.Observation);
        }
        catch (Exception exception)
        {
            throw new EnvironmentFailure(exception);
        }
        finally
        {
            _environmentTicks = Stopwatch.GetTimestamp() - started;
        }

        NoteEnds(isMasked);
        AddTypes(_stepReply);
        MemoryMarshal.AsBytes(_step.Rewards.AsSpan()).CopyTo(_rewards.Span);
        FlagsCodec.Encode(_step.Terminated, _terminated.Span);
        FlagsCodec.Encode(_step.Truncated, _truncated.Span);
        AddFinals();
        AddInfos(_stepReply, step.WantInfo);
        return _stepReply;
    }

    private void Guarded(Action code)
    {
        if (_guard is { } guard)
        {
            guard.Run(code);
        }
        else
        {
            code();
        }
    }

    private Columns ReadActions(Step step)
    {
        try
        {
            return _actionReader.Read(step);
        }
        catch (InvalidActionException exception)
        {
            throw new EnvironmentFailure(exception);
        }
    }

    private void NoteEnds(bool isMasked)
    {
        for (var lane = 0; lane < _ended.Length; lane++)
        {
            if (!isMasked || _mask[lane])
            {
                _ended[lane] = (_step.Terminated[lane] || _step.Truncated[lane]) && !_step.HasFinal[lane];
            }
        }
    }

    /// <summary>Reads a mask, where there is one.</summary>
    private bool ReadMask(ByteString mask)
    {
        if (mask.Length == 0)
        {
            return false;
        }

        try
        {
            FlagsCodec.Decode(mask, _mask, "lane_mask");
        }
        catch (ProtocolException exception)
        {
            throw new CallRefusedException(ErrorReasons.LanesInvalid, exception.Message, ("lanes", $"{_env.NumEnvs}"), ("got", $"{mask.Length}"));
        }

        return _mask.Contains(true)
            ? true
            : throw new CallRefusedException(ErrorReasons.LanesInvalid, "lane_mask: no lane is chosen; leave it empty for all lanes.", ("lanes", $"{_env.NumEnvs}"), ("got", "0"));
    }

    // An environment that is itself remote learns its types from each reply.
    private void AddTypes(Reply reply)
    {
        var types = _env.PythonTypes;
        if (!ReferenceEquals(types, _types))
        {
            _types = types;
            _otherTypes = ReferenceEquals(types, _contractTypes) ? null : PythonTypesCodec.Encode(types);
        }

        reply.PythonTypes = _otherTypes;
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
        _observationCodec.AddLanes(_step.FinalObservations, _step.HasFinal, _stepReply.FinalObservation);
    }

    private void AddInfos(Reply reply, bool isWanted)
    {
        reply.Infos.Clear();
        if (!isWanted)
        {
            return;
        }

        var budget = _infoBudget;
        for (var lane = 0; lane < _step.Lanes; lane++)
        {
            var (info, finalInfo) = (_step.Infos[lane], _step.FinalInfos[lane]);
            if (info is null && finalInfo is null)
            {
                continue;
            }

            var message = new LaneInfo
            {
                Lane = (uint)lane,
                Info = info is null ? null : InfoCodec.Encode(info, "info", budget, Warn),
                FinalInfo = finalInfo is null ? null : InfoCodec.Encode(finalInfo, "final_info", budget, Warn),
            };
            budget = Math.Max(0, budget - message.CalculateSize());
            reply.Infos.Add(message);
        }
    }

    private Reply Reset(Reset reset)
    {
        var isMasked = ReadMask(reset.LaneMask);
        var seeds = SeedsOf(reset);
        var options = ValueCodec.DecodeInfo(reset.Options, "options", new SpaceBudget(_options.MaxExpandedBytes));
        _step.WantsInfos = true;
        var started = Stopwatch.GetTimestamp();
        try
        {
            Guarded(() => _env.Reset(_step, seeds, isMasked ? _mask : default(ReadOnlySpan<bool>), options));
            _observationCodec.Refresh(_step.Observations, _resetReply.Observation);
        }
        catch (Exception exception)
        {
            throw new EnvironmentFailure(exception);
        }
        finally
        {
            _environmentTicks = Stopwatch.GetTimestamp() - started;
        }

        _wasReset = true;
        for (var lane = 0; lane < _ended.Length; lane++)
        {
            _ended[lane] &= reset.LaneMask.Length != 0 && !_mask[lane];
        }

        AddTypes(_resetReply);
        AddInfos(_resetReply, isWanted: true);
        return _resetReply;
    }

    private Seed?[] SeedsOf(Reset reset)
    {
        if (reset.Seeds.Count != 0 && reset.Seeds.Count != _env.NumEnvs)
        {
            throw new CallRefusedException(
                ErrorReasons.LanesInvalid,
                $"seeds: none or {_env.NumEnvs} expected (one a lane), got {reset.Seeds.Count}.",
                ("lanes", $"{_env.NumEnvs}"), ("got", $"{reset.Seeds.Count}"));
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
        if (render.AllLanes)
        {
            return new Reply
            {
                Value = InEnvironment(() => ValueCodec.Encode(
                    new TupleValue([.. Enumerable.Range(0, _env.NumEnvs).Select(_env.Render)]), "frame", sharesArrays: true)),
            };
        }

        var lane = CheckLane(render.Lane);
        return new Reply { Value = InEnvironment(() => ValueCodec.Encode(_env.Render(lane), "frame", sharesArrays: true)) };
    }

    private Reply GetAttribute(GetAttribute attribute)
    {
        var lane = CheckLane(attribute.Lane);
        RemoteAttributes.Check(attribute.Name);
        var value = InEnvironment(() => attribute.AllLanes ? _attributes.GetAll(attribute.Name) : _attributes.Get(attribute.Name, lane));
        return value is null ? new Reply() : new Reply { Value = value };
    }

    private Reply SetAttribute(SetAttribute attribute)
    {
        var lane = CheckLane(attribute.Lane);
        RemoteAttributes.Check(attribute.Name);
        var value = ValueCodec.Decode(attribute.Value ?? throw Missing("set_attribute: the value"), attribute.Name, new SpaceBudget(_options.MaxExpandedBytes));
        if (!attribute.AllLanes)
        {
            Set(lane, value);
            return new Reply();
        }

        if (value is not TupleValue tuple || tuple.Count != _env.NumEnvs)
        {
            throw new CallRefusedException(ErrorReasons.LanesInvalid, $"set_attribute: a tuple of {_env.NumEnvs} values is expected, one a lane.", ("lanes", $"{_env.NumEnvs}"));
        }

        for (var each = 0; each < _env.NumEnvs; each++)
        {
            Set(each, tuple[each]);
        }

        return new Reply();

        void Set(int target, object? item) => InEnvironment(() =>
        {
            _attributes.Set(attribute.Name, item, target, attribute.Force);
            return 0;
        });
    }

    private Reply CallMethod(CallMethod method)
    {
        var lane = CheckLane(method.Lane);
        RemoteAttributes.Check(method.Name);
        var budget = new SpaceBudget(_options.MaxExpandedBytes);
        var arguments = method.Arguments.Select((argument, index) => ValueCodec.Decode(argument, $"argument {index}", budget)).ToList();
        var keywords = ValueCodec.DecodeInfo(method.KeywordArguments, "keyword arguments", budget);
        var value = InEnvironment(() => ValueCodec.Encode(
            method.AllLanes
                ? new TupleValue([.. Enumerable.Range(0, _env.NumEnvs).Select(each => _attributes.Call(method.Name, arguments, keywords, each))])
                : _attributes.Call(method.Name, arguments, keywords, lane),
            method.Name));
        return new Reply { Value = value };
    }

    private Reply GetGenerator(GetGenerator get)
    {
        var lane = CheckLane(get.Lane);
        return new Reply { Generator = GeneratorOf(lane) };
    }

    private Reply SetGenerator(SetGenerator set)
    {
        var lane = CheckLane(set.Lane);
        var (state, _) = GeneratorCodec.Decode(set.State ?? throw Missing("set_generator: the state"));
        InEnvironment(() =>
        {
            _env.SetRng(lane, state);
            return 0;
        });
        return new Reply();
    }

    private Reply TakeSnapshot(TakeSnapshot take)
    {
        var isMasked = ReadMask(take.LaneMask);
        CheckSnapshots();
        var reply = new Reply();
        for (var lane = 0; lane < _env.NumEnvs; lane++)
        {
            if (!isMasked || _mask[lane])
            {
                reply.Snapshots.Add(SnapshotOf(lane));
            }
        }

        return reply;
    }

    private LaneSnapshot SnapshotOf(int lane)
    {
        var snapshot = new LaneSnapshot
        {
            Lane = (uint)lane,
            State = InEnvironment(() => ValueCodec.Encode(_env.SaveLane(lane), "state")),
            WasReset = _wasReset,
            Ended = _ended[lane],
            SpecHash = _specHash,
        };
        if (_wasReset)
        {
            _observationCodec.AddLanes(_step.Observations, Only(lane), snapshot.Observation);
        }

        return snapshot;
    }

    private Reply RestoreSnapshot(RestoreSnapshot restore)
    {
        CheckSnapshots();
        foreach (var snapshot in restore.Lanes)
        {
            CheckLane(snapshot.Lane);
            if (!snapshot.SpecHash.Equals(_specHash))
            {
                throw new CallRefusedException(
                    ErrorReasons.BadRequest, "The snapshot is of an environment with other spaces or Python types.", ("field", "spec_hash"));
            }
        }

        foreach (var snapshot in restore.Lanes)
        {
            Restore(snapshot);
        }

        return new Reply();
    }

    private void Restore(LaneSnapshot snapshot)
    {
        var lane = (int)snapshot.Lane;
        var state = ValueCodec.DecodeInfo(snapshot.State, "state") ?? throw Missing("restore_snapshot: the state");
        if (snapshot.Observation.Count > 0)
        {
            _observationCodec.DecodeLanes(snapshot.Observation, Only(lane), _step.Observations);
        }

        InEnvironment(() =>
        {
            _env.RestoreLane(lane, state);
            return 0;
        });
        _wasReset |= snapshot.WasReset;
        _ended[lane] = snapshot.Ended;
    }

    private void CheckSnapshots()
    {
        if (!_env.CanSaveState)
        {
            throw new CallRefusedException(
                ErrorReasons.CapabilityMissing,
                "The environment has no snapshot: it, and every wrapper that keeps something, must implement ISnapshot.",
                ("missing", "snapshot"), ("offered", string.Join(',', ContractFactory.Capabilities)));
        }
    }

    private bool[] Only(int lane)
    {
        var mask = new bool[_env.NumEnvs];
        mask[lane] = true;
        return mask;
    }

    private int CheckLane(uint lane) => lane < (uint)_env.NumEnvs
        ? (int)lane
        : throw new CallRefusedException(
            ErrorReasons.LanesInvalid, $"Lane {lane} does not exist; the lanes are 0 to {_env.NumEnvs - 1}.", ("lanes", $"{_env.NumEnvs}"), ("got", $"{lane}"));

    private static CallRefusedException Missing(string what) => new(ErrorReasons.BadRequest, $"{what} is missing.", ("field", what));

    private T InEnvironment<T>(Func<T> call)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return call();
        }
        catch (Exception exception) when (exception is not (CallRefusedException or ProtocolException))
        {
            throw new EnvironmentFailure(exception);
        }
        finally
        {
            _environmentTicks += Stopwatch.GetTimestamp() - started;
        }
    }

    /// <summary>Marks an exception as the environment's, so that it is never taken for a mistake of the client or the host.</summary>
    private sealed class EnvironmentFailure(Exception cause) : Exception(cause.Message, cause);
}
