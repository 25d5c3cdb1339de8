using GymBridge.Errors;
using GymBridge.Shared;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Environments.ClassicControl;

/// <summary>A pendulum that is swung up and held upright by a torque.</summary>
/// <remarks>
/// <para>Actions, Box(1,) float32: torque in [-2, 2] N m; what lies outside is cut off.</para>
/// <para>Observation, Box(3,) float32: 0 cosine and 1 sine of the angle (0 is upright), -1 to 1; 2 angular velocity, rad/s, -8 to 8.</para>
/// <para>Reward: -(angle^2 + 0.1 velocity^2 + 0.001 torque^2), the angle in [-pi, pi).</para>
/// <para>Start: angle uniform in [-pi, pi), velocity in [-1, 1); options <c>x_init</c> and <c>y_init</c> set other limits.</para>
/// <para>Never terminates.</para>
/// <para>Equal to Gymnasium's Pendulum-v1 under NumPy 2 bit for bit. Source:
/// <c>gymnasium/envs/classic_control/pendulum.py</c> 1.4.0. v1: 200 steps.</para>
/// </remarks>
public sealed class PendulumEnv : Env<float[], float[]>, ISnapshot
{
    private readonly string? _renderMode;
    private readonly PendulumDynamics _dynamics;
    private double _theta;
    private double _thetaDot;
    private object? _lastTorque; // np.float16, np.float32 or np.float64, as the action
    private bool _hasState;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="gravity">Acceleration of gravity, m/s^2.</param>
    /// <param name="renderMode">rgb_array, or null for none.</param>
    public PendulumEnv(double gravity = 10.0, string? renderMode = null)
        : base(
            new Box(NDArray.From(-1.0, -1.0, -PendulumDynamics.DefaultMaxSpeed), NDArray.From(1.0, 1.0, PendulumDynamics.DefaultMaxSpeed)),
            new Box(-PendulumDynamics.DefaultMaxTorque, PendulumDynamics.DefaultMaxTorque, [1]))
    {
        _dynamics = new PendulumDynamics { Gravity = gravity };
        _renderMode = renderMode;
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata { get; } = new(["rgb_array"], 30);

    /// <inheritdoc/>
    public override string? RenderMode => _renderMode;

    /// <inheritdoc/>
    public override DType? WidestActionDType => DType.Float64;

    /// <inheritdoc/>
    public override PythonTypes PythonTypes { get; } = PythonTypes.Default with { Reward = PythonType.NumPyFloat64 };

    /// <summary>A uint8 frame of 500 x 500 x 3.</summary>
    /// <returns>Null without a render mode or before the first reset.</returns>
    public override object? Render() => _renderMode is null || !_hasState ? null : PendulumRenderer.Draw(_theta);

    /// <inheritdoc/>
    protected override ResetResult<float[]> OnReset(Info? options)
    {
        var x = ResetOptions.Number(options, "x_init", Math.PI);
        var y = ResetOptions.Number(options, "y_init", 1.0);
        Span<double> state = stackalloc double[2];
        Rng.Uniform([-x, -y], [x, y], state);
        (_theta, _thetaDot, _lastTorque, _hasState) = (state[0], state[1], null, true);
        return Observe();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">The action has not one element.</exception>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    protected override StepResult<float[]> OnStep(float[] action)
    {
        if (action.Length != 1)
        {
            throw InvalidActionException.For($"of {Plural.Of(action.Length, "element")}", ActionSpace, Spec?.Id ?? "Pendulum");
        }

        if (!_hasState)
        {
            throw new ResetNeededException("Call reset before using step method.");
        }

        var reward = ExactForce.Of(ExactAction(action)) is not { } exact ? Move(action[0])
            : exact.IsHalf ? Move((Half)exact.Value)
            : Move(exact.Value);
        return new(Observe(), reward, false);
    }

    Info ISnapshot.Save() => new() { ["has_state"] = _hasState, ["last_u"] = _lastTorque };

    void ISnapshot.Restore(Info state)
    {
        _hasState = SnapshotFields.Get<bool>(state, "has_state", nameof(PendulumEnv));
        _lastTorque = state.TryGetValue("last_u", out var torque) ? torque : throw SnapshotFields.Unfit("last_u", nameof(PendulumEnv));
    }

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes)
    {
        _dynamics.Declare(attributes);
        attributes
            .Add("screen_dim", () => 500L)
            .Add("last_u", () => _lastTorque)
            .Add<object>("state", () => _hasState ? NDArray.From(_theta, _thetaDot) : null, SetState);
    }

    private double Move(float action)
    {
        var torque = _dynamics.Torque(action);
        _lastTorque = torque;
        return _dynamics.Step(ref _theta, ref _thetaDot, torque);
    }

    private double Move(Half action)
    {
        var torque = _dynamics.Torque(action);
        _lastTorque = NumPyScalar.From(torque);
        return _dynamics.Step(ref _theta, ref _thetaDot, torque);
    }

    private double Move(double action)
    {
        var torque = _dynamics.Torque(action);
        _lastTorque = NumPyScalar.From(torque);
        return _dynamics.Step(ref _theta, ref _thetaDot, torque);
    }

    private void SetState(object value)
    {
        var numbers = PythonValue.ToNumbers(value, 2, "Attribute 'state' of 'PendulumEnv'");
        (_theta, _thetaDot, _hasState) = (numbers[0], numbers[1], true);
    }

    private float[] Observe()
    {
        var observation = new float[3];
        PendulumDynamics.Observe(_theta, _thetaDot, observation);
        return observation;
    }
}
