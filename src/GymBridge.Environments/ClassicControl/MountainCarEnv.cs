using GymBridge.Errors;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Environments.ClassicControl;

/// <summary>An underpowered car in a valley: swing back and forth to climb the hill on the right.</summary>
/// <remarks>
/// <para>Actions, Discrete(3): 0 accelerates to the left, 1 not at all, 2 to the right.</para>
/// <para>Observation, Box(2,) float32: 0 position, m, -1.2 to 0.6; 1 velocity, m/s, -0.07 to 0.07.</para>
/// <para>Reward: -1 for every step.</para>
/// <para>Start: position uniform in [-0.6, -0.4), velocity 0; options <c>low</c> and <c>high</c> set other bounds.</para>
/// <para>Terminated: position at least 0.5 and velocity at least <c>goal_velocity</c>.</para>
/// <para>Equal to Gymnasium's MountainCar-v0 bit for bit. Source: <c>gymnasium/envs/classic_control/mountain_car.py</c> 1.4.0
/// after Moore 1990. v0: 200 steps.</para>
/// </remarks>
public sealed class MountainCarEnv : Env<float[], long>, ISnapshot
{
    private readonly string? _renderMode;
    private readonly MountainCarDynamics _dynamics;
    private double _position;
    private double _velocity;
    private bool _hasState;
    private bool _hasStepped;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="goalVelocity">Least velocity at the goal, m/s.</param>
    /// <param name="renderMode">rgb_array, or null for none.</param>
    public MountainCarEnv(double goalVelocity = 0, string? renderMode = null)
        : base(MountainCarRules.ObservationSpace, new Discrete(3))
    {
        _dynamics = new MountainCarDynamics { GoalVelocity = goalVelocity };
        _renderMode = renderMode;
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata => MountainCarRules.Metadata;

    /// <inheritdoc/>
    public override string? RenderMode => _renderMode;

    /// <summary>A uint8 frame of 400 x 600 x 3.</summary>
    /// <returns>Null without a render mode or before the first reset.</returns>
    public override object? Render() => _renderMode is null || !_hasState ? null : MountainCarRenderer.Draw(_position, _dynamics.GoalPosition);

    /// <inheritdoc/>
    protected override ResetResult<float[]> OnReset(Info? options)
    {
        var (low, high) = ResetOptions.Bounds(options, -0.6, -0.4);
        (_position, _velocity) = (Rng.Uniform(low, high), 0);
        (_hasState, _hasStepped) = (true, false);
        return Observe();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">The action is not 0, 1 or 2.</exception>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    protected override StepResult<float[]> OnStep(long action)
    {
        if ((ulong)action > 2)
        {
            throw InvalidActionException.For(action, ActionSpace, Spec?.Id ?? "MountainCar");
        }

        if (!_hasState)
        {
            throw new ResetNeededException("Call reset before using step method.");
        }

        var terminated = _dynamics.Step(ref _position, ref _velocity, action);
        _hasStepped = true;
        return new(Observe(), -1.0, terminated);
    }

    Info ISnapshot.Save() => new() { ["has_state"] = _hasState };

    void ISnapshot.Restore(Info state) =>
        _hasState = SnapshotFields.Get<bool>(state, "has_state", nameof(MountainCarEnv));

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes)
    {
        _dynamics.Declare(attributes);
        attributes
            .Add("low", () => ((Box)ObservationSpace).Low.Clone())
            .Add("high", () => ((Box)ObservationSpace).High.Clone())
            .Add("screen_width", () => 600L)
            .Add("screen_height", () => 400L)
            .AddMethod("get_keys_to_action", (_, _) => MountainCarRules.KeysToAction())
            .Add<object>("state", GetState, SetState);
    }

    // Gymnasium's state is an array after a reset, and a tuple after a step.
    private object? GetState() => !_hasState ? null
        : _hasStepped ? TupleValue.Of(NumPyScalar.From(_position), NumPyScalar.From(_velocity))
        : NDArray.From(_position, _velocity);

    private void SetState(object value)
    {
        var numbers = PythonValue.ToNumbers(value, 2, "Attribute 'state' of 'MountainCarEnv'");
        (_position, _velocity, _hasState, _hasStepped) = (numbers[0], numbers[1], true, value is TupleValue);
    }

    private float[] Observe() => [(float)_position, (float)_velocity];
}
