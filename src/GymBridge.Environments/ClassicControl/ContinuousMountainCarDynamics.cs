using GymBridge.Environments.Numerics;

namespace GymBridge.Environments.ClassicControl;

/// <summary>The equations of the car with a continuous force and their parameters, which attributes may change; the names are Gymnasium's.</summary>
/// <remarks>Source: <c>gymnasium/envs/classic_control/continuous_mountain_car.py</c> 1.4.0 under NumPy 2, where a Python float
/// that meets a float32 scalar becomes float32, but a value that is cut off is a Python float.</remarks>
internal sealed class ContinuousMountainCarDynamics
{
    private const double Gravity = 0.0025;

    public double MinAction { get; set; } = -1.0;

    public double MaxAction { get; set; } = 1.0;

    public double MinPosition { get; set; } = MountainCarRules.MinPosition;

    public double MaxPosition { get; set; } = MountainCarRules.MaxPosition;

    public double MaxSpeed { get; set; } = MountainCarRules.MaxSpeed;

    public double GoalPosition { get; set; } = 0.45; // metres

    public double GoalVelocity { get; set; }

    public double Power { get; set; } = 0.0015;

    /// <summary>Moves one car by one step; returns whether it is at the goal.</summary>
    public bool Step(ref ContinuousMountainCarState state, float force)
    {
        var isSingle = state.IsSingle;
        var gravity = GravityOf(state);

        // A force within the bounds stays a float32 scalar; one that is cut off becomes the bound, a Python float.
        double acceleration = force >= (float)MinAction && force <= (float)MaxAction
            ? (force * (float)Power) - (float)gravity
            : Round((Math.Min(Math.Max(force, MinAction), MaxAction) * Power) - gravity, isSingle);
        return Move(ref state, Round(state.Velocity + acceleration, isSingle), isSingle);
    }

    /// <summary>Moves one car by one step with a force of another type than float32.</summary>
    public bool Step(ref ContinuousMountainCarState state, ExactForce force) =>
        force.IsHalf ? Step(ref state, (Half)force.Value) : Step(ref state, force.Value);

    // A float16 scalar within the bounds makes float16 terms; their sum with the velocity is as precise as the state.
    private bool Step(ref ContinuousMountainCarState state, Half force)
    {
        var isSingle = state.IsSingle;
        var gravity = GravityOf(state);
        var acceleration = force >= (Half)MinAction && force <= (Half)MaxAction
            ? (double)((force * (Half)Power) - (Half)gravity)
            : Round((Math.Min(Math.Max((double)force, MinAction), MaxAction) * Power) - gravity, isSingle);
        return Move(ref state, Round(state.Velocity + acceleration, isSingle), isSingle);
    }

    // A float64 force makes the velocity float64 unless it is cut off.
    private bool Step(ref ContinuousMountainCarState state, double force)
    {
        var isCutOff = !(force >= MinAction && force <= MaxAction);
        var isSingle = state.IsSingle && isCutOff;
        var acceleration = (Math.Min(Math.Max(force, MinAction), MaxAction) * Power) - GravityOf(state);
        return Move(ref state, Round(state.Velocity + Round(acceleration, isSingle), isSingle), isSingle);
    }

    private static double GravityOf(in ContinuousMountainCarState state) => Gravity * Math.Cos(Round(3 * state.Position, state.IsSingle));

    // A velocity that is cut off is a Python float and leaves the position as precise as it was.
    private bool Move(ref ContinuousMountainCarState state, double velocity, bool isVelocitySingle)
    {
        var goalVelocity = Round(GoalVelocity, isVelocitySingle);
        var isCutOff = false;
        if (velocity > Round(MaxSpeed, isVelocitySingle))
        {
            (velocity, goalVelocity, isCutOff) = (MaxSpeed, GoalVelocity, true);
        }

        if (velocity < Round(-MaxSpeed, isVelocitySingle))
        {
            (velocity, goalVelocity, isCutOff) = (-MaxSpeed, GoalVelocity, true);
        }

        var isSingle = state.IsSingle && (isCutOff || isVelocitySingle);
        var position = Round(state.Position + Round(velocity, isSingle), isSingle);
        position = position > Round(MaxPosition, isSingle) ? MaxPosition : position;
        position = position < Round(MinPosition, isSingle) ? MinPosition : position;
        if ((position == MinPosition || position == Round(MinPosition, isSingle)) && velocity < 0)
        {
            (velocity, goalVelocity) = (0, GoalVelocity);
        }

        state = new ContinuousMountainCarState((float)position, (float)velocity, true);
        return position >= Round(GoalPosition, isSingle) && velocity >= goalVelocity;
    }

    /// <summary>The reward of a step; the square is the C library's <c>pow</c>.</summary>
    public static double Reward(double force, bool terminated) => (terminated ? 100.0 : 0.0) - (LibmSquare.Of(force) * 0.1);

    public void Declare(AttributeTable attributes) => attributes
        .Add<double>("min_action", () => MinAction, value => MinAction = value)
        .Add<double>("max_action", () => MaxAction, value => MaxAction = value)
        .Add<double>("min_position", () => MinPosition, value => MinPosition = value)
        .Add<double>("max_position", () => MaxPosition, value => MaxPosition = value)
        .Add<double>("max_speed", () => MaxSpeed, value => MaxSpeed = value)
        .Add<double>("goal_position", () => GoalPosition, value => GoalPosition = value)
        .Add<double>("goal_velocity", () => DefaultNumber.Of(GoalVelocity), value => GoalVelocity = value)
        .Add<double>("power", () => Power, value => Power = value);

    private static double Round(double value, bool isSingle) => isSingle ? (float)value : value;
}
