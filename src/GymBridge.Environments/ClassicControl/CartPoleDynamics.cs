using System.Runtime.CompilerServices;
using GymBridge.Environments.Numerics;

namespace GymBridge.Environments.ClassicControl;

/// <summary>The equations of the cart and pole, in float64, in the order of Gymnasium's source and without contraction.</summary>
/// <remarks>Source: <c>gymnasium/envs/classic_control/cartpole.py</c> 1.4.0 after Barto, Sutton and Anderson 1983;
/// equations from Florian, "Correct equations for the dynamics of the cart-pole system".</remarks>
internal static class CartPoleDynamics
{
    public const double XThreshold = 2.4; // metres
    public const double ThetaThreshold = 12 * 2 * Math.PI / 360; // radians
    public const double Gravity = 9.8; // metres / second^2
    public const double PoleMass = 0.1; // kilograms
    public const double TotalMass = PoleMass + 1.0;
    public const double PoleHalfLength = 0.5; // metres
    public const double PoleMassLength = PoleMass * PoleHalfLength;
    public const double ForceMagnitude = 10.0; // newtons
    public const double Tau = 0.02; // seconds between state updates

    /// <summary>Moves one state by one step; returns whether the pole fell or the cart left the track.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Step(ref CartPoleState state, bool pushRight) => Step(ref state, pushRight, CartPoleParameters.Default);

    /// <summary>Moves one state by one step with physics of its own; returns whether the pole fell or the cart left the track.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Step(ref CartPoleState state, bool pushRight, CartPoleParameters physics)
    {
        var (x, xDot, theta, thetaDot) = (state.X, state.XDot, state.Theta, state.ThetaDot);
        var force = pushRight ? physics.ForceMagnitude : -physics.ForceMagnitude;
        var (sin, cos) = SinCos(theta);
        var temp = (force + (physics.PoleMassLength * (thetaDot * thetaDot) * sin)) / physics.TotalMass;
        var thetaAcceleration = ((physics.Gravity * sin) - (cos * temp))
            / (physics.PoleHalfLength * ((4.0 / 3.0) - (physics.PoleMass * (cos * cos) / physics.TotalMass)));
        var xAcceleration = temp - (physics.PoleMassLength * thetaAcceleration * cos / physics.TotalMass);
        var tau = physics.Tau;
        if (physics.IsEuler)
        {
            x += tau * xDot;
            xDot += tau * xAcceleration;
            theta += tau * thetaDot;
            thetaDot += tau * thetaAcceleration;
        }
        else
        {
            xDot += tau * xAcceleration;
            x += tau * xDot;
            thetaDot += tau * thetaAcceleration;
            theta += tau * thetaDot;
        }

        state = new CartPoleState(x, xDot, theta, thetaDot);
        return x < -physics.XThreshold || x > physics.XThreshold || theta < -physics.ThetaThreshold || theta > physics.ThetaThreshold;
    }

    /// <summary>Moves a vector of states by one step, with the bits of single steps; angles up to <see cref="LibmTrigonometry.Limit"/>.</summary>
    /// <returns>A bit for each state: whether its pole fell or its cart left the track.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Step<S, V>(ref V x, ref V xDot, ref V theta, ref V thetaDot, V force)
        where S : struct, IDoubles<V>
        where V : struct
    {
        LibmTrigonometry.SinCos<S, V>(theta, out var sin, out var cos);
        var (totalMass, poleMassLength, tau) = (S.Create(TotalMass), S.Create(PoleMassLength), S.Create(Tau));
        var push = S.Add(force, S.Multiply(S.Multiply(poleMassLength, S.Multiply(thetaDot, thetaDot)), sin));
        var temp = S.Divide(push, totalMass);
        var pole = S.Subtract(S.Create(4.0 / 3.0), S.Divide(S.Multiply(S.Create(PoleMass), S.Multiply(cos, cos)), totalMass));
        var thetaAcceleration = S.Divide(
            S.Subtract(S.Multiply(S.Create(Gravity), sin), S.Multiply(cos, temp)), S.Multiply(S.Create(PoleHalfLength), pole));
        var xAcceleration = S.Subtract(temp, S.Divide(S.Multiply(S.Multiply(poleMassLength, thetaAcceleration), cos), totalMass));
        x = S.Add(x, S.Multiply(tau, xDot));
        xDot = S.Add(xDot, S.Multiply(tau, xAcceleration));
        theta = S.Add(theta, S.Multiply(tau, thetaDot));
        thetaDot = S.Add(thetaDot, S.Multiply(tau, thetaAcceleration));

        // |x| > 2.4 is x < -2.4 or x > 2.4; a NaN has not fallen, as in Python.
        return S.Bits(S.Or(S.GreaterThan(S.Abs(x), S.Create(XThreshold)), S.GreaterThan(S.Abs(theta), S.Create(ThetaThreshold))));
    }

    /// <summary>The forces of a vector of actions of 0 (left) and 1 (right).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Force<S, V>(ReadOnlySpan<long> actions)
        where S : struct, IDoubles<V>
        where V : struct => S.Select(S.AreEqual(actions, 1), S.Create(ForceMagnitude), S.Create(-ForceMagnitude));

    /// <summary>Puts the float32 observation of a state into four elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Observe(in CartPoleState state, Span<float> observation)
    {
        observation[3] = (float)state.ThetaDot;
        observation[2] = (float)state.Theta;
        observation[1] = (float)state.XDot;
        observation[0] = (float)state.X;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double Sin, double Cos) SinCos(double theta) =>
        LibmTrigonometry.IsExact && Math.Abs(theta) <= LibmTrigonometry.Limit
            ? LibmTrigonometry.SinCos(theta)
            : (Math.Sin(theta), Math.Cos(theta));
}
