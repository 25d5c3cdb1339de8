using System.Numerics;
using GymBridge.Client.Errors;
using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Client;

/// <summary>A single environment that runs on a server or in a Python host; actions and observations in their natural types.</summary>
/// <remarks>It is one lane of a <see cref="RemoteVectorEnv"/>, which is the faster way to step. Not thread-safe.</remarks>
public sealed class RemoteEnv : Env<object, object>, ISnapshot
{
    private readonly RemoteVectorEnv _lanes;
    private readonly Columns _actions;
    private readonly VectorStep _step;
    private Columns? _givenActions;
    private bool _wasReset;

    internal RemoteEnv(RemoteVectorEnv lanes)
        : base(lanes.SingleObservationSpace, lanes.SingleActionSpace)
    {
        _lanes = lanes;
        _actions = lanes.CreateActions();
        _step = lanes.CreateStep();
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata => _lanes.Metadata;

    /// <inheritdoc/>
    public override string? RenderMode => _lanes.RenderMode;

    /// <inheritdoc/>
    public override EnvSpec? Spec => _lanes.Spec;

    /// <inheritdoc/>
    public override PythonTypes PythonTypes => _lanes.PythonTypes;

    /// <inheritdoc/>
    public override DType? WidestActionDType => _lanes.WidestActionDType;

    /// <summary>The generator of the remote environment: drawing from it moves that one, and calls of the environment move this one.
    /// Setting it gives the environment that generator.</summary>
    /// <remarks>A server without live generators gives a copy, which leaves the remote one as it is.</remarks>
    public override Rng Rng
    {
        get => _lanes.LiveRng(0);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _lanes.SetLiveRng(0, value);
        }
    }

    /// <inheritdoc/>
    public override BigInteger RngSeed => _lanes.GetRng(0).Seed;

    /// <summary>The lane behind it: for attributes, methods and versions of the other side.</summary>
    public RemoteVectorEnv Lanes => _lanes;

    /// <inheritdoc/>
    protected override ResetResult<object> OnReset(Seed? seed, Info? options)
    {
        ReadOnlySpan<Seed?> seeds = seed is null ? default : [seed];
        _lanes.Reset(_step, seeds, default, options);
        _wasReset = true;
        return new ResetResult<object>(_step.Observations.Read(0), _step.Infos[0] ?? Info.Empty);
    }

    /// <inheritdoc/>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    protected override StepResult<object> OnStep(object action)
    {
        if (!_wasReset)
        {
            throw new ResetNeededException("Cannot call env.step() before calling env.reset()");
        }

        _lanes.Step(Columns(action), _step);
        return new StepResult<object>(
            _step.Observations.Read(0), _step.Rewards[0], _step.Terminated[0], _step.Truncated[0], _step.Infos[0] ?? Info.Empty);
    }

    /// <inheritdoc/>
    public override object? Render() => _lanes.Render(0);

    /// <inheritdoc/>
    public override object? CallMethod(string name, IReadOnlyList<object?> arguments, Info? keywordArguments = null) =>
        _lanes.CallMethod(name, arguments, keywordArguments);

    /// <summary>The value of an attribute of the environment on the other side.</summary>
    protected override bool TryGetAttribute(string name, out object? value)
    {
        try
        {
            value = _lanes.GetAttribute(name);
            return true;
        }
        catch (Exception error) when (error is AttributeException or ServerRefusedException)
        {
            return base.TryGetAttribute(name, out value);
        }
    }

    /// <summary>Sets an attribute of the environment on the other side.</summary>
    protected override bool TrySetAttribute(string name, object? value)
    {
        if (!TryGetAttribute(name, out _))
        {
            return false;
        }

        _lanes.SetAttribute(name, value);
        return true;
    }

    /// <inheritdoc/>
    protected override ResetResult<object> OnReset(Info? options) => OnReset(null, options);

    /// <inheritdoc/>
    bool ISnapshot.CanSave => _lanes.CanSaveState;

    /// <inheritdoc/>
    Info ISnapshot.Save() => _lanes.SaveLane(0);

    /// <inheritdoc/>
    void ISnapshot.Restore(Info state)
    {
        _lanes.RestoreLane(0, state);
        _wasReset = true;
    }

    /// <summary>The action as columns; an array of another element type than the space's stays what it is.</summary>
    private Columns Columns(object action)
    {
        if (action is not NDArray given || ActionSpace is not Box box || given.DType == box.DType || given.DType == DType.Bool
            || !given.Shape.AsSpan().SequenceEqual(box.Shape))
        {
            _actions.Write(0, action);
            return _actions;
        }

        if (_givenActions?[0].Leaf.DType != given.DType)
        {
            var (low, high) = given.DType.IsFloatingPoint() ? (double.NegativeInfinity, double.PositiveInfinity) : (0, 1);
            _givenActions = new Columns(new Box(low, high, box.Shape, given.DType), 1);
        }

        given.Bytes.CopyTo(_givenActions[0].Bytes);
        return _givenActions;
    }

    /// <inheritdoc/>
    protected override void OnClose() => _lanes.Close();
}
