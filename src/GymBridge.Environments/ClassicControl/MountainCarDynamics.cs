using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GymBridge.Environments.Numerics;

namespace GymBridge.Environments.ClassicControl;

/// <summary>The equations of the car in the valley and their parameters, which attributes may change; the names are Gymnasium's.</summary>
/// <remarks>Source: <c>gymnasium/envs/classic_control/mountain_car.py</c> 1.4.0 after Moore 1990; float64 in its order, without
/// contraction.</remarks>
internal sealed class MountainCarDynamics
{
    /// <summary>Positions up to this size can be stepped eight at a time.</summary>
    public const double VectorLimit = LibmTrigonometry.CosLimit / 4;

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

    /// <summary>Moves eight cars by one step, with the bits of eight single steps; positions of at most <see cref="VectorLimit"/>.</summary>
    /// <returns>A bit for each car: whether it is at the goal.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Step(ref Vector512<double> position, ref Vector512<double> velocity, Vector512<long> actions)
    {
        var push = Vector512.ConvertToDouble(actions - Vector512<long>.One) * Force;
        velocity += push + (LibmTrigonometry.Cos(3 * position) * -Gravity);
        velocity = Vector512.ClampNative(velocity, Vector512.Create(-MaxSpeed), Vector512.Create(MaxSpeed));
        position += velocity;
        var least = Vector512.Create(MinPosition);
        position = Vector512.ClampNative(position, least, Vector512.Create(MaxPosition));
        var isStopped = Vector512.Equals(position, least) & Vector512.LessThan(velocity, Vector512<double>.Zero);
        velocity = Vector512.ConditionalSelect(isStopped, Vector512<double>.Zero, velocity);
        return (uint)(Vector512.GreaterThanOrEqual(position, Vector512.Create(GoalPosition))
            & Vector512.GreaterThanOrEqual(velocity, Vector512.Create(GoalVelocity))).ExtractMostSignificantBits();
    }

    public void Declare(AttributeTable attributes) => attributes
        .Add<double>("min_position", () => MinPosition, value => MinPosition = value)
        .Add<double>("max_position", () => MaxPosition, value => MaxPosition = value)
        .Add<double>("max_speed", () => MaxSpeed, value => MaxSpeed = value)
        .Add<double>("goal_position", () => GoalPosition, value => GoalPosition = value)
        .Add<double>("goal_velocity", () => DefaultNumber.Of(GoalVelocity), value => GoalVelocity = value)
        .Add<double>("force", () => Force, value => Force = value)
        .Add<double>("gravity", () => Gravity, value => Gravity = value);
}
