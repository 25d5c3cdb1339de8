using System.Runtime.CompilerServices;
using GymBridge.Environments.Numerics;

namespace GymBridge.Environments.ClassicControl;

/// <content>Several pairs of rods at once.</content>
internal static partial class AcrobotDynamics
{
    /// <summary>Angles below this size, rad, can be stepped several at a time, with velocities below <see cref="VectorSpeedLimit"/>.</summary>
    public const double VectorLimit = 1e6;

    /// <summary>Velocities, rad/s, from which no stage of a step comes near the limit of sine and cosine; a step leaves less.</summary>
    public const double VectorSpeedLimit = 32;

    /// <summary>Moves a vector of states by one step, with the bits of single steps.</summary>
    public static void Step<S, V>(ref V theta1, ref V theta2, ref V speed1, ref V speed2, V torque, bool isNips)
        where S : struct, IDoubles<V>
        where V : struct
    {
        // Four stages, (a, b) the accelerations and (u, v) the velocities of each.
        var (half, whole) = (S.Create(TimeStep / 2.0), S.Create(TimeStep));
        Derive<S, V>(theta1, theta2, speed1, speed2, torque, isNips, out var a1, out var b1);
        var (u2, v2) = (Move<S, V>(speed1, half, a1), Move<S, V>(speed2, half, b1));
        Derive<S, V>(Move<S, V>(theta1, half, speed1), Move<S, V>(theta2, half, speed2), u2, v2, torque, isNips, out var a2, out var b2);
        var (u3, v3) = (Move<S, V>(speed1, half, a2), Move<S, V>(speed2, half, b2));
        Derive<S, V>(Move<S, V>(theta1, half, u2), Move<S, V>(theta2, half, v2), u3, v3, torque, isNips, out var a3, out var b3);
        var (u4, v4) = (Move<S, V>(speed1, whole, a3), Move<S, V>(speed2, whole, b3));
        Derive<S, V>(Move<S, V>(theta1, whole, u3), Move<S, V>(theta2, whole, v3), u4, v4, torque, isNips, out var a4, out var b4);
        theta1 = Wrap<S, V>(Sum<S, V>(theta1, speed1, u2, u3, u4));
        theta2 = Wrap<S, V>(Sum<S, V>(theta2, speed2, v2, v3, v4));
        speed1 = Sum<S, V>(speed1, a1, a2, a3, a4);
        speed2 = Sum<S, V>(speed2, b1, b2, b3, b4);
        speed1 = S.AtMost(S.Create(MaxSpeed1), S.AtLeast(S.Create(-MaxSpeed1), speed1));
        speed2 = S.AtMost(S.Create(MaxSpeed2), S.AtLeast(S.Create(-MaxSpeed2), speed2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Move<S, V>(V from, V time, V speed)
        where S : struct, IDoubles<V>
        where V : struct => S.Add(from, S.Multiply(time, speed));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Sum<S, V>(V from, V k1, V k2, V k3, V k4)
        where S : struct, IDoubles<V>
        where V : struct
    {
        var two = S.Create(2);
        var sum = S.Add(S.Add(S.Add(k1, S.Multiply(two, k2)), S.Multiply(two, k3)), k4);
        return S.Add(from, S.Multiply(S.Create(TimeStep / 6.0), sum));
    }

    // A call for each stage: all of a step in one method is more than the compiler inlines.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Derive<S, V>(
        V theta1, V theta2, V speed1, V speed2, V torque, bool isNips, out V acceleration1, out V acceleration2)
        where S : struct, IDoubles<V>
        where V : struct
    {
        var (sine, cosine) = (LibmTrigonometry.Sin<S, V>(theta2), LibmTrigonometry.Cos<S, V>(theta2));
        var d1 = S.Multiply(S.Create(2 * Length1 * Centre2), cosine);
        d1 = S.Multiply(S.Create(Mass2), S.Add(S.Create((Length1 * Length1) + (Centre2 * Centre2)), d1));
        d1 = S.Add(S.Add(S.Add(S.Create(Mass1 * (Centre1 * Centre1)), d1), S.Create(Inertia)), S.Create(Inertia));
        var d2 = S.Add(S.Create(Centre2 * Centre2), S.Multiply(S.Create(Length1 * Centre2), cosine));
        d2 = S.Add(S.Multiply(S.Create(Mass2), d2), S.Create(Inertia));
        var phi2 = LibmTrigonometry.Cos<S, V>(S.Subtract(S.Add(theta1, theta2), S.Create(Math.PI / 2.0)));
        phi2 = S.Multiply(S.Create(Mass2 * Centre2 * Gravity), phi2);
        var centrifugal = S.Multiply(S.Multiply(S.Create(-Mass2 * Length1 * Centre2), LibmSquare.Of<S, V>(speed2)), sine);
        var coriolis = S.Multiply(S.Multiply(S.Multiply(S.Create(2 * Mass2 * Length1 * Centre2), speed2), speed1), sine);
        var weight = LibmTrigonometry.Cos<S, V>(S.Subtract(theta1, S.Create(Math.PI / 2)));
        weight = S.Multiply(S.Create(((Mass1 * Centre1) + (Mass2 * Length1)) * Gravity), weight);
        var phi1 = S.Add(S.Add(S.Subtract(centrifugal, coriolis), weight), phi2);
        var push = S.Add(torque, S.Multiply(S.Divide(d2, d1), phi1));
        if (!isNips)
        {
            push = S.Subtract(push, S.Multiply(S.Multiply(S.Create(Mass2 * Length1 * Centre2), LibmSquare.Of<S, V>(speed1)), sine));
        }

        var inertia = S.Subtract(S.Create((Mass2 * (Centre2 * Centre2)) + Inertia), S.Divide(LibmSquare.Of<S, V>(d2), d1));
        acceleration2 = S.Divide(S.Subtract(push, phi2), inertia);
        acceleration1 = S.Divide(S.Negate(S.Add(S.Multiply(d2, acceleration2), phi1)), d1);
    }

    private static V Wrap<S, V>(V angle)
        where S : struct, IDoubles<V>
        where V : struct
    {
        var (most, least, turn) = (S.Create(Math.PI), S.Create(-Math.PI), S.Create(Turn));
        for (var above = S.GreaterThan(angle, most); S.Bits(above) != 0; above = S.GreaterThan(angle, most))
        {
            angle = S.Select(above, S.Subtract(angle, turn), angle);
        }

        for (var below = S.LessThan(angle, least); S.Bits(below) != 0; below = S.LessThan(angle, least))
        {
            angle = S.Select(below, S.Add(angle, turn), angle);
        }

        return angle;
    }
}
