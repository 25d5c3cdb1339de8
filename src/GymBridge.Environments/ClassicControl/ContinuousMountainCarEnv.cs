using GymBridge.Errors;
using GymBridge.Shared;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Environments.ClassicControl;

/// <summary>The car in the valley with a continuous force.</summary>
/// <remarks>
/// <para>Actions, Box(1,) float32: force in [-1, 1]; what lies outside is cut off.</para>
/// <para>Observation, Box(2,) float32: 0 position, m, -1.2 to 0.6; 1 velocity, m/s, -0.07 to 0.07.</para>
/// <para>Reward: -0.1 action squared for every step, and 100 at the goal.</para>
/// <para>Start: position uniform in [-0.6, -0.4), velocity 0; options <c>low</c> and <c>high</c> set other bounds.</para>
/// <para>Terminated: position at least 0.45 and velocity at least <c>goal_velocity</c>.</para>
/// <para>Equal to Gymnasium's MountainCarContinuous-v0 under NumPy 2 bit for bit. Source:
/// <c>gymnasium/envs/classic_control/continuous_mountain_car.py</c> 1.4.0. v0: 999 steps.</para>
/// </remarks>
public sealed class ContinuousMountainCarEnv : Env<float[], float[]>, ISnapshot
{
    private readonly string? _renderMode;
    private readonly ContinuousMountainCarDynamics _dynamics;
    private ContinuousMountainCarState _state;
    private bool _hasState;

    /// <summary>A MountainCar with a continuous force.</summary>
    /// <param name="goalVelocity">Least velocity at the goal, m/s.</param>
    /// <param name="renderMode">rgb_array, or null for none.</param>
    public ContinuousMountainCarEnv(double goalVelocity = 0, string? renderMode = null)
        : base(MountainCarRules.ObservationSpace, new Box(-1, 1, [1]))
    {
        _dynamics = new ContinuousMountainCarDynamics { GoalVelocity = goalVelocity };
        _renderMode = renderMode;
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata => MountainCarRules.Metadata;

    /// <inheritdoc/>
    public override DType? WidestActionDType => DType.Float64;

    /// <inheritdoc/>
    public override string? RenderMode => _renderMode;

    /// <summary>A uint8 frame of 400 x 600 x 3.</summary>
    /// <returns>Null without a render mode or before the first reset.</returns>
    public override object? Render() => _renderMode is null || !_hasState ? null : MountainCarRenderer.Draw(_state.Position, _dynamics.GoalPosition);

    /// <inheritdoc/>
    protected override ResetResult<float[]> OnReset(Info? options)
    {
        var (low, high) = ResetOptions.Bounds(options, -0.6, -0.4);
        (_state, _hasState) = (new ContinuousMountainCarState(Rng.Uniform(low, high), 0, false), true);
        return Observe();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">The action has not one element.</exception>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    protected override StepResult<float[]> OnStep(float[] action)
    {
        if (action.Length != 1)
        {
            throw InvalidActionException.For($"of {Plural.Of(action.Length, "element")}", ActionSpace, Spec?.Id ?? "MountainCarContinuous");
        }

        if (!_hasState)
        {
            throw new ResetNeededException("Call reset before using step method.");
        }

        var exact = ExactForce.Of(ExactAction(action));
        var terminated = exact is { } force ? _dynamics.Step(ref _state, force) : _dynamics.Step(ref _state, action[0]);
        return new(Observe(), ContinuousMountainCarDynamics.Reward(exact?.Value ?? action[0], terminated), terminated);
    }

    Info ISnapshot.Save() => new() { ["has_state"] = _hasState };

    void ISnapshot.Restore(Info state) =>
        _hasState = SnapshotFields.Get<bool>(state, "has_state", nameof(ContinuousMountainCarEnv));

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes)
    {
        _dynamics.Declare(attributes);
        attributes
            .Add("low_state", () => ((Box)ObservationSpace).Low.Clone())
            .Add("high_state", () => ((Box)ObservationSpace).High.Clone())
            .Add("screen_width", () => 600L)
            .Add("screen_height", () => 400L)
            .Add<object>("state", GetState, SetState);
    }

    private NDArray? GetState() => !_hasState ? null
        : _state.IsSingle ? NDArray.From((float)_state.Position, (float)_state.Velocity)
        : NDArray.From(_state.Position, _state.Velocity);

    private void SetState(object value)
    {
        var numbers = PythonValue.ToNumbers(value, 2, "Attribute 'state' of 'ContinuousMountainCarEnv'");
        (_state, _hasState) = (new ContinuousMountainCarState(numbers[0], numbers[1], value is NDArray { DType: DType.Float32 }), true);
    }

    private float[] Observe() => [(float)_state.Position, (float)_state.Velocity];
}
