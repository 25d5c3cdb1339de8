namespace GymBridge.Environments.ClassicControl;

/// <summary>The equations of the car in the valley and their parameters, which attributes may change; the names are Gymnasium's.</summary>
/// <remarks>Source: <c>gymnasium/envs/classic_control/mountain_car.py</c> 1.4.0 after Moore 1990; float64 in its order, without
/// contraction.</remarks>
internal sealed class MountainCarDynamics
{
    public double MinPosition { get; set; } = MountainCarRules.MinPosition;

    public double MaxPosition { get; set; } = MountainCarRules.MaxPosition;

    public double MaxSpeed { get; set; } = MountainCarRules.MaxSpeed;

    public double GoalPosition { get; set; } = 0.5; // metres

    public double GoalVelocity { get; set; }

    public double Force { get; set; } = 0.001;

    public double Gravity { get; set; } = 0.0025;

    /// <summary>Moves one car by one step; returns whether it is at the goal.</summary>
    /// <param name="position">Its position, m.</param>
    /// <param name="velocity">Its velocity, m/s.</param>
    /// <param name="action">0, 1 or 2.</param>
    public bool Step(ref double position, ref double velocity, long action)
    {
        velocity += ((action - 1) * Force) + (Math.Cos(3 * position) * -Gravity);
        velocity = Math.Min(Math.Max(velocity, -MaxSpeed), MaxSpeed);
        position += velocity;
        position = Math.Min(Math.Max(position, MinPosition), MaxPosition);
        if (position == MinPosition && velocity < 0)
        {
            velocity = 0;
        }

        return position >= GoalPosition && velocity >= GoalVelocity;
    }

    public void Declare(AttributeTable attributes) => attributes
        .Add<double>("min_position", () => MinPosition, value => MinPosition = value)
        .Add<double>("max_position", () => MaxPosition, value => MaxPosition = value)
        .Add<double>("max_speed", () => MaxSpeed, value => MaxSpeed = value)
        .Add<double>("goal_position", () => GoalPosition, value => GoalPosition = value)
        .Add<double>("goal_velocity", () => MountainCarRules.Number(GoalVelocity), value => GoalVelocity = value)
        .Add<double>("force", () => Force, value => Force = value)
        .Add<double>("gravity", () => Gravity, value => Gravity = value);
}
