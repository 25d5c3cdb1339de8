using System.Runtime.CompilerServices;
using GymBridge.Environments.Numerics;

namespace GymBridge.Environments.ClassicControl;

/// <summary>The equations of the car in the valley and their parameters, which attributes may change; the names are Gymnasium's.</summary>
/// <remarks>Source: <c>gymnasium/envs/classic_control/mountain_car.py</c> 1.4.0 after Moore 1990; float64 in its order, without
/// contraction.</remarks>
internal sealed class MountainCarDynamics
{
    /// <summary>Positions below this size can be stepped several at a time.</summary>
    public const double VectorLimit = LibmTrigonometry.AnyLimit / 4;

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

    /// <summary>Moves a vector of cars by one step, with the bits of single steps; positions below <see cref="VectorLimit"/>.</summary>
    /// <returns>A bit for each car: whether it is at the goal.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Step<S, V>(ref V position, ref V velocity, ReadOnlySpan<long> actions)
        where S : struct, IDoubles<V>
        where V : struct
    {
        var slope = S.Multiply(LibmTrigonometry.Cos<S, V>(S.Multiply(S.Create(3), position)), S.Create(-Gravity));
        velocity = S.Add(velocity, S.Add(S.Multiply(LaneGroup.Directions<S, V>(actions), S.Create(Force)), slope));
        velocity = S.AtMost(S.Create(MaxSpeed), S.AtLeast(S.Create(-MaxSpeed), velocity));
        position = S.Add(position, velocity);
        var least = S.Create(MinPosition);
        position = S.AtMost(S.Create(MaxPosition), S.AtLeast(least, position));
        var isStopped = S.And(S.Equal(position, least), S.LessThan(velocity, S.Create(0)));
        velocity = S.Select(isStopped, S.Create(0), velocity);
        return S.Bits(S.And(S.GreaterThanOrEqual(position, S.Create(GoalPosition)), S.GreaterThanOrEqual(velocity, S.Create(GoalVelocity))));
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
