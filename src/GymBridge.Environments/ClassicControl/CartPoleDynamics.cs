using System.Runtime.CompilerServices;

namespace GymBridge.Environments.ClassicControl;

/// <summary>The equations of the cart and pole, in float64, in the order of Gymnasium's source and without contraction.</summary>
/// <remarks>Source: <c>gymnasium/envs/classic_control/cartpole.py</c> 1.4.0 after Barto, Sutton and Anderson 1983;
/// equations from Florian, "Correct equations for the dynamics of the cart-pole system".</remarks>
internal static class CartPoleDynamics
{
    public const double XThreshold = 2.4; // metres
    public const double ThetaThreshold = 12 * 2 * Math.PI / 360; // radians
    private const double Gravity = 9.8; // metres / second^2
    private const double PoleMass = 0.1; // kilograms
    private const double TotalMass = PoleMass + 1.0;
    private const double PoleHalfLength = 0.5; // metres
    private const double PoleMassLength = PoleMass * PoleHalfLength;
    private const double ForceMagnitude = 10.0; // newtons
    private const double Tau = 0.02; // seconds between state updates

    /// <summary>Moves one state by one step; returns whether the pole fell or the cart left the track.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Step(ref CartPoleState state, bool pushRight)
    {
        var (x, xDot, theta, thetaDot) = (state.X, state.XDot, state.Theta, state.ThetaDot);
        var force = pushRight ? ForceMagnitude : -ForceMagnitude;
        var cos = Math.Cos(theta);
        var sin = Math.Sin(theta);
        var temp = (force + (PoleMassLength * (thetaDot * thetaDot) * sin)) / TotalMass;
        var thetaAcceleration = ((Gravity * sin) - (cos * temp))
            / (PoleHalfLength * ((4.0 / 3.0) - (PoleMass * (cos * cos) / TotalMass)));
        var xAcceleration = temp - (PoleMassLength * thetaAcceleration * cos / TotalMass);
        x += Tau * xDot;
        xDot += Tau * xAcceleration;
        theta += Tau * thetaDot;
        thetaDot += Tau * thetaAcceleration;
        state = new CartPoleState(x, xDot, theta, thetaDot);
        return x < -XThreshold || x > XThreshold || theta < -ThetaThreshold || theta > ThetaThreshold;
    }

    /// <summary>Puts the float32 observation of a state into four elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Observe(in CartPoleState state, Span<float> observation)
    {
        observation[3] = (float)state.ThetaDot;
        observation[2] = (float)state.Theta;
        observation[1] = (float)state.XDot;
        observation[0] = (float)state.X;
    }
}
