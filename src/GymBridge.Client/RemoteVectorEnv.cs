using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using Google.Protobuf;
using GymBridge.Client.Errors;
using GymBridge.Client.Replies;
using GymBridge.Client.Transports;
using GymBridge.Client.Wire;
using GymBridge.Errors;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Seeding;
using Seed = GymBridge.Seeding.Seed;
using Space = GymBridge.Spaces.Space;

namespace GymBridge.Client;

/// <summary>Lanes of an environment that run on a server or in a Python host.</summary>
/// <remarks>
/// Actions go from their columns to the wire, and observations from the wire into the caller's columns, without a copy in
/// between. An exception of the environment is thrown here as the same class; <c>Data["lane"]</c> names the lane. When the
/// server or host dies, every call throws <see cref="SessionLostException"/>. Not thread-safe.
/// </remarks>
public sealed class RemoteVectorEnv : VectorEnv
{
    private const string SnapshotKey = "snapshot";

    private readonly RemoteSession _session;
    private readonly RemoteContract _contract;
    private readonly SlabCodec _actionCodec;
    private readonly ReplyTarget _target;
    private readonly Call _stepCall = new() { Step = new Step { WantInfo = true } };
    private readonly LiveGenerators _live = new();
    private Columns? _stepActions;
    private bool _wasReset;
    private PythonTypes _types;

    internal RemoteVectorEnv(RemoteSession session, RemoteContract contract, int lanes, MakeOptions options)
        : base(lanes, contract.ObservationSpace, contract.ActionSpace, options.AutoresetMode)
    {
        _session = session;
        _contract = contract;
        _actionCodec = new SlabCodec(contract.ActionSpace);
        _target = new ReplyTarget(new SlabCodec(contract.ObservationSpace));
        _types = contract.PythonTypes;
        RenderMode = options.RenderMode;
        CanStepSomeLanes = options.StepsSomeLanes;
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata => _contract.Metadata;

    /// <inheritdoc/>
    public override string? RenderMode { get; }

    /// <inheritdoc/>
    public override bool CanStepSomeLanes { get; }

    /// <inheritdoc/>
    public override EnvSpec? Spec => _contract.Spec;

    /// <summary>The Python types of what the last step or reset brought; those of the contract before.</summary>
    public override PythonTypes PythonTypes => _types;

    /// <inheritdoc/>
    public override DType? WidestActionDType => _contract.WidestActionDType;

    /// <summary>Versions on the other side: <c>python</c>, <c>gymnasium</c>, <c>numpy</c>, <c>dotnet</c>, <c>gymbridge</c>.</summary>
    public ImmutableSortedDictionary<string, string> Versions => _contract.Versions;

    /// <summary>What is not bit-exact on the other side, one sentence each.</summary>
    public ImmutableArray<string> Warnings => _contract.Warnings;

    /// <summary>How the sides of shared memory wake each other; null where steps travel another way.</summary>
    internal string? Bell => _session.Bell;

    /// <summary>How steps travel; never <see cref="Transport.Auto"/>.</summary>
    public Transport Transport => _session.Transport;

    /// <summary>Why steps travel over gRPC, as a clause: "client and host run on two machines"; null if they do not.</summary>
    public string? TransportObstacle => _session.TransportObstacle;

    /// <summary>Time of the last call inside the environment, as the other side measured it.</summary>
    public TimeSpan EnvironmentTime => TimeSpan.FromMicroseconds(_target.EnvUs);

    /// <summary>Time of the last call inside the host, the environment's included.</summary>
    public TimeSpan HostTime => TimeSpan.FromMicroseconds(_target.ServerUs);

    /// <summary>Adds up the time of encoding and decoding from now on.</summary>
    internal CodecTimings MeasureCodec() => _session.Measure();

    /// <inheritdoc/>
    public override bool CanSaveState => _contract.CanSaveState;

    /// <inheritdoc/>
    public override object? Render(int lane)
    {
        CheckLane(lane);
        if (RenderMode is null)
        {
            return null;
        }

        Execute(new Call { Render = new Render { Lane = (uint)lane } });
        return Value("frame");
    }

    /// <inheritdoc/>
    public override (RngState State, BigInteger Seed) GetRng(int lane)
    {
        CheckLane(lane);
        Execute(new Call { GetGenerator = new GetGenerator { Lane = (uint)lane } });
        var (state, seed) = GeneratorCodec.Decode(_target.Generator ?? throw new ProtocolException("The reply to GetGenerator has no generator."));
        return (state, seed ?? BigInteger.MinusOne);
    }

    /// <summary>The generator of a lane: drawing from it moves the remote one, and calls move both.</summary>
    internal Rng LiveRng(int lane) => _live.Find(lane) is { } live
        ? live
        : _contract.HasLiveGenerators ? _live.Keep(lane, new Rng(GetRng(lane).State)) : new Rng(GetRng(lane).State);

    /// <summary>Makes a generator that of a lane.</summary>
    internal void SetLiveRng(int lane, Rng rng)
    {
        SetRng(lane, rng.State);
        if (_contract.HasLiveGenerators)
        {
            _live.Keep(lane, rng);
        }
    }

    /// <inheritdoc/>
    public override void SetRng(int lane, RngState state)
    {
        CheckLane(lane);
        Execute(new Call { SetGenerator = new SetGenerator { Lane = (uint)lane, State = GeneratorCodec.Encode(state, BigInteger.MinusOne) } });
    }

    /// <inheritdoc/>
    /// <returns>A value that an <see cref="Info"/> can hold, or an <see cref="EnvMethod"/> that is called on the other side.</returns>
    /// <exception cref="AttributeException">There is no such attribute.</exception>
    /// <exception cref="ServerRefusedException">The host does not give it away.</exception>
    public override object? GetAttribute(string name, int lane = 0)
    {
        CheckLane(lane);
        Execute(new Call { GetAttribute = new GetAttribute { Name = name, Lane = (uint)lane } });
        return _target.Value is { } value
            ? ValueCodec.Decode(value, name)
            : new EnvMethod((arguments, keywordArguments) => CallMethod(name, arguments, keywordArguments, lane));
    }

    /// <inheritdoc/>
    /// <exception cref="AttributeException">There is no such attribute, or it can only be read.</exception>
    /// <exception cref="ServerRefusedException">The host does not allow it.</exception>
    public override void SetAttribute(string name, object? value, int lane = 0)
    {
        CheckLane(lane);
        Execute(new Call { SetAttribute = new SetAttribute { Name = name, Lane = (uint)lane, Value = ValueCodec.Encode(value, name) } });
    }

    /// <inheritdoc/>
    /// <exception cref="ServerRefusedException">The host does not allow it.</exception>
    public override object? CallMethod(string name, IReadOnlyList<object?> arguments, Info? keywordArguments = null, int lane = 0)
    {
        CheckLane(lane);
        var call = new CallMethod { Name = name, Lane = (uint)lane };
        call.Arguments.AddRange(arguments.Select((argument, index) => ValueCodec.Encode(argument, $"argument {index} of {name}")));
        if (keywordArguments is not null)
        {
            call.KeywordArguments = ValueCodec.Encode(keywordArguments, $"keyword arguments of {name}");
        }

        Execute(new Call { CallMethod = call });
        return Value(name);
    }

    /// <inheritdoc/>
    protected override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
    {
        CheckSpace(result.Observations.Space, SingleObservationSpace, nameof(result));
        var reset = new Reset();
        foreach (var seed in seeds)
        {
            reset.Seeds.Add(SeedCodec.Encode(seed));
        }

        if (mask.Length != 0)
        {
            reset.LaneMask = ByteString.CopyFrom(MemoryMarshal.AsBytes(mask));
        }

        if (options is not null)
        {
            reset.Options = ValueCodec.Encode(options, "options");
        }

        _target.Prepare(result, isStep: false, mask.Length == 0 ? null : mask.ToArray());
        Send(new Call { Reset = reset });
        _wasReset = true;
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result) => OnStep(actions, result, default);

    /// <summary>Sends a step ahead of <see cref="VectorEnv.Step(Columns, VectorStep)"/>, which comes with the same actions and then only waits: so
    /// that several processes work at once for one thread.</summary>
    /// <returns>False if it was not sent.</returns>
    internal bool TryBeginStep(Columns actions)
    {
        if (IsClosed || !_wasReset || !ReferenceEquals(actions.Space, SingleActionSpace))
        {
            return false;
        }

        Write(actions, []);
        _live.Write(_stepCall);
        return _session.TryBegin(_stepCall);
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result, ReadOnlySpan<bool> mask)
    {
        Write(actions, mask);
        _target.Prepare(result, isStep: true);
        Send(_stepCall);
    }

    private void Write(Columns actions, ReadOnlySpan<bool> mask)
    {
        if (!ReferenceEquals(actions, _stepActions))
        {
            CheckSpace(actions.Space, SingleActionSpace, nameof(actions));
            _stepCall.Step.Action.Clear();
            _actionCodec.AddShared(actions, _stepCall.Step.Action);
            _stepActions = actions;
        }
        else
        {
            _actionCodec.Refresh(actions, _stepCall.Step.Action);
        }

        _stepCall.Step.LaneMask = mask.IsEmpty ? ByteString.Empty : ByteString.CopyFrom(MemoryMarshal.AsBytes(mask));
    }

    /// <inheritdoc/>
    protected override void OnStepExact(Columns actions, VectorStep result)
    {
        if (!_contract.TakesExactActions)
        {
            base.OnStepExact(actions, result);
            return;
        }

        var step = new Step { WantInfo = true };
        new SlabCodec(actions.Space).AddShared(actions, step.Action);
        foreach (var column in actions.AsSpan())
        {
            step.ActionDtypes.Add((Protocol.V1.DType)column.Leaf.DType);
        }

        _target.Prepare(result, isStep: true);
        Send(new Call { Step = step });
    }

    /// <inheritdoc/>
    protected override Info OnSaveLane(int lane)
    {
        var mask = new bool[NumEnvs];
        mask[lane] = true;
        Execute(new Call { TakeSnapshot = new TakeSnapshot { LaneMask = FlagsCodec.Encode(mask) } });
        var snapshot = _target.Snapshot ?? throw new ProtocolException("The reply to TakeSnapshot has no snapshot.");
        return new Info { [SnapshotKey] = snapshot.ToByteArray() };
    }

    /// <inheritdoc/>
    protected override void OnRestoreLane(int lane, Info state)
    {
        if (!state.TryGetValue(SnapshotKey, out var value) || value is not byte[] bytes)
        {
            throw new SnapshotException($"The state is none of a remote environment: it has no '{SnapshotKey}'.");
        }

        LaneSnapshot snapshot;
        try
        {
            snapshot = LaneSnapshot.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new SnapshotException($"The state of the remote environment is damaged: {exception.Message}");
        }

        snapshot.Lane = (uint)lane;
        Execute(new Call { RestoreSnapshot = new RestoreSnapshot { Lanes = { snapshot } } });
    }

    /// <inheritdoc/>
    protected override void OnClose() => _session.Close();

    private static void CheckSpace(Space actual, Space expected, string parameter)
    {
        if (!ReferenceEquals(actual, expected) && !actual.Equals(expected))
        {
            throw new ArgumentException($"Columns of {actual} were given where {expected} is spoken; make them with CreateActions and CreateStep.", parameter);
        }
    }

    private void Execute(Call call)
    {
        if (IsClosed)
        {
            throw new ClosedEnvironmentException(call.KindCase.ToString(), _contract.EnvId);
        }

        _target.Prepare();
        Send(call);
    }

    private void Send(Call call)
    {
        _live.Write(call);
        _session.Execute(call, _target);
        if (_target.Step is not null)
        {
            _types = _target.PythonTypes ?? _contract.PythonTypes;
        }

        if (_target.Generators is { } generators)
        {
            _live.Read(generators);
        }
    }

    private object? Value(string name) => _target.Value is { } value ? ValueCodec.Decode(value, name) : null;
}
