using System.Runtime.CompilerServices;
using GymBridge.Environments.Numerics;

namespace GymBridge.Environments.ClassicControl;

/// <content>Several pendulums at once.</content>
internal sealed partial class PendulumDynamics
{
    /// <summary>Angles below this size can be stepped several at a time, with velocities and torques that are finite.</summary>
    public const double VectorLimit = LibmTrigonometry.AnyLimit / 2;

    /// <summary>Moves a vector of pendulums by one step, with the bits of single steps; returns the rewards.</summary>
    /// <param name="theta">Their angles, rad.</param>
    /// <param name="thetaDot">Their angular velocities, rad/s.</param>
    /// <param name="sine">The sines of the angles.</param>
    /// <param name="action">Torques of float32, N m; cut off at the bounds here.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Step<S, V>(ref V theta, ref V thetaDot, V sine, V action)
        where S : struct, IDoubles<V>
        where V : struct
    {
        var torque = S.AtMost(S.Create((float)MaxTorque), S.AtLeast(S.Create((float)-MaxTorque), action));
        var torqueCost = S.RoundToSingle(S.Multiply(S.Create(0.001f), LibmSquare.OfSingle<S, V>(torque)));
        var speedCost = S.Multiply(S.Create(0.1), LibmSquare.Of<S, V>(thetaDot));
        var cost = S.Add(S.Add(LibmSquare.Of<S, V>(Normalize<S, V>(theta)), speedCost), torqueCost);
        var torqueTerm = S.RoundToSingle(S.Multiply(S.Create(_torqueFactor), torque));
        var acceleration = S.Add(S.Multiply(S.Create(_gravityFactor), sine), torqueTerm);
        var speed = S.Add(thetaDot, S.Multiply(acceleration, S.Create(TimeStep)));
        thetaDot = S.AtMost(S.Create(MaxSpeed), S.AtLeast(S.Create(-MaxSpeed), speed));
        theta = S.Add(theta, S.Multiply(thetaDot, S.Create(TimeStep)));
        return S.Negate(cost);
    }

    // A remainder is a float64 itself, so one rounding of y - q 2 pi leaves it exact; q may come out one too large.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Normalize<S, V>(V angle)
        where S : struct, IDoubles<V>
        where V : struct
    {
        var turn = S.Create(2 * Math.PI);
        var y = S.Add(angle, S.Create(Math.PI));
        var size = S.Abs(y);
        var turns = S.Floor(S.Divide(size, turn));
        var remainder = S.Fma(S.Negate(turns), turn, size);
        var fewer = S.Fma(S.Subtract(S.Create(1), turns), turn, size);
        remainder = S.CopySign(S.Select(S.LessThan(remainder, S.Create(0)), fewer, remainder), y);
        var floored = S.Select(S.LessThan(remainder, S.Create(0)), S.Add(remainder, turn), remainder);
        return S.Subtract(floored, S.Create(Math.PI));
    }
}
