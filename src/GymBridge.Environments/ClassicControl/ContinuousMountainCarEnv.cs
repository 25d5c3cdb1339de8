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
    private const double GoalPosition = 0.45; // metres
    private const double Power = 0.0015;
    private const double Gravity = 0.0025;

    private readonly double _goalVelocity;
    private readonly string? _renderMode;
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
    public override object? Render() => _renderMode is null || !_hasState ? null : MountainCarRenderer.Draw(_position, GoalPosition);

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
        double acceleration = action[0] is >= -1f and <= 1f
            ? (action[0] * (float)Power) - (float)gravity
            : Round((Math.Min(Math.Max(action[0], -1.0), 1.0) * Power) - gravity);
        var velocity = Round(_velocity + acceleration);
        var goalVelocity = Round(_goalVelocity);
        if (velocity > Round(MountainCarRules.MaxSpeed))
        {
            (velocity, goalVelocity) = (MountainCarRules.MaxSpeed, _goalVelocity);
        }

        if (velocity < Round(-MountainCarRules.MaxSpeed))
        {
            (velocity, goalVelocity) = (-MountainCarRules.MaxSpeed, _goalVelocity);
        }

        var position = Round(_position + Round(velocity));
        position = position > Round(MountainCarRules.MaxPosition) ? MountainCarRules.MaxPosition : position;
        position = position < Round(MountainCarRules.MinPosition) ? MountainCarRules.MinPosition : position;
        if ((position == MountainCarRules.MinPosition || position == Round(MountainCarRules.MinPosition)) && velocity < 0)
        {
            (velocity, goalVelocity) = (0, _goalVelocity);
        }

        var terminated = position >= Round(GoalPosition) && velocity >= goalVelocity;
        var reward = (terminated ? 100.0 : 0.0) - (Math.Pow(action[0], 2) * 0.1);
        (_position, _velocity, _isSingle) = ((float)position, (float)velocity, true);
        return new(Observe(), reward, terminated);
    }

    // NumPy 2: a Python float that meets a float32 scalar becomes float32, and so does the result.
    private double Round(double value) => _isSingle ? (float)value : value;

    private float[] Observe() => [(float)_position, (float)_velocity];
}
