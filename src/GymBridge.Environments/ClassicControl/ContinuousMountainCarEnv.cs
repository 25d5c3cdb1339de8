using GymBridge.Spaces;

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
public sealed class ContinuousMountainCarEnv : Env<float[], float[]>
{
    private const double Gravity = 0.0025;

    private readonly string? _renderMode;
    private double _minAction = -1.0;
    private double _maxAction = 1.0;
    private double _minPosition = MountainCarRules.MinPosition;
    private double _maxPosition = MountainCarRules.MaxPosition;
    private double _maxSpeed = MountainCarRules.MaxSpeed;
    private double _goalPosition = 0.45; // metres
    private double _goalVelocity;
    private double _power = 0.0015;
    private double _position;
    private double _velocity;
    private bool _hasState;

    // Gymnasium's state is float64 after a reset and float32 after a step, and NumPy 2 computes accordingly.
    private bool _isSingle;

    /// <summary>A MountainCar with a continuous force.</summary>
    /// <param name="goalVelocity">Least velocity at the goal, m/s.</param>
    /// <param name="renderMode">rgb_array, or null for none.</param>
    public ContinuousMountainCarEnv(double goalVelocity = 0, string? renderMode = null)
        : base(MountainCarRules.ObservationSpace, new Box(-1, 1, [1]))
    {
        _goalVelocity = goalVelocity;
        _renderMode = renderMode;
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata => MountainCarRules.Metadata;

    /// <inheritdoc/>
    public override string? RenderMode => _renderMode;

    /// <summary>A uint8 frame of 400 x 600 x 3.</summary>
    /// <returns>Null without a render mode or before the first reset.</returns>
    public override object? Render() => _renderMode is null || !_hasState ? null : MountainCarRenderer.Draw(_position, _goalPosition);

    /// <inheritdoc/>
    protected override ResetResult<float[]> OnReset(Info? options)
    {
        var (low, high) = ResetOptions.Bounds(options, -0.6, -0.4);
        (_position, _velocity) = (Rng.Uniform(low, high), 0);
        (_hasState, _isSingle) = (true, false);
        return Observe();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">The action has not one element.</exception>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    protected override StepResult<float[]> OnStep(float[] action)
    {
        if (action.Length != 1)
        {
            throw InvalidActionException.For($"of {action.Length} elements", ActionSpace, Spec?.Id ?? "MountainCarContinuous");
        }

        if (!_hasState)
        {
            throw new ResetNeededException("Call reset before using step method.");
        }

        var gravity = Gravity * Math.Cos(Round(3 * _position));

        // A force within the bounds stays a float32 scalar; one that is cut off becomes the bound, a Python float.
        double acceleration = action[0] >= (float)_minAction && action[0] <= (float)_maxAction
            ? (action[0] * (float)_power) - (float)gravity
            : Round((Math.Min(Math.Max(action[0], _minAction), _maxAction) * _power) - gravity);
        var velocity = Round(_velocity + acceleration);
        var goalVelocity = Round(_goalVelocity);
        if (velocity > Round(_maxSpeed))
        {
            (velocity, goalVelocity) = (_maxSpeed, _goalVelocity);
        }

        if (velocity < Round(-_maxSpeed))
        {
            (velocity, goalVelocity) = (-_maxSpeed, _goalVelocity);
        }

        var position = Round(_position + Round(velocity));
        position = position > Round(_maxPosition) ? _maxPosition : position;
        position = position < Round(_minPosition) ? _minPosition : position;
        if ((position == _minPosition || position == Round(_minPosition)) && velocity < 0)
        {
            (velocity, goalVelocity) = (0, _goalVelocity);
        }

        var terminated = position >= Round(_goalPosition) && velocity >= goalVelocity;
        var reward = (terminated ? 100.0 : 0.0) - (Math.Pow(action[0], 2) * 0.1);
        (_position, _velocity, _isSingle) = ((float)position, (float)velocity, true);
        return new(Observe(), reward, terminated);
    }

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes) => attributes
        .Add<double>("min_action", () => _minAction, value => _minAction = value)
        .Add<double>("max_action", () => _maxAction, value => _maxAction = value)
        .Add<double>("min_position", () => _minPosition, value => _minPosition = value)
        .Add<double>("max_position", () => _maxPosition, value => _maxPosition = value)
        .Add<double>("max_speed", () => _maxSpeed, value => _maxSpeed = value)
        .Add<double>("goal_position", () => _goalPosition, value => _goalPosition = value)
        .Add<double>("goal_velocity", () => MountainCarRules.Number(_goalVelocity), value => _goalVelocity = value)
        .Add<double>("power", () => _power, value => _power = value)
        .Add("low_state", () => ((Box)ObservationSpace).Low.Clone())
        .Add("high_state", () => ((Box)ObservationSpace).High.Clone())
        .Add<object>("state", GetState, SetState);

    private NDArray? GetState() =>
        !_hasState ? null : _isSingle ? NDArray.From((float)_position, (float)_velocity) : NDArray.From(_position, _velocity);

    private void SetState(object value)
    {
        var numbers = PythonValue.ToNumbers(value, 2, "Attribute 'state' of 'ContinuousMountainCarEnv'");
        (_position, _velocity) = (numbers[0], numbers[1]);
        (_hasState, _isSingle) = (true, value is NDArray { DType: DType.Float32 });
    }

    // NumPy 2: a Python float that meets a float32 scalar becomes float32, and so does the result.
    private double Round(double value) => _isSingle ? (float)value : value;

    private float[] Observe() => [(float)_position, (float)_velocity];
}
