using GymBridge.Environments.Numerics;

namespace GymBridge.Environments.ClassicControl;

/// <summary>The equations of the two rods and their fourth-order Runge-Kutta step, in the order of Gymnasium's source.</summary>
/// <remarks>Source: <c>gymnasium/envs/classic_control/acrobot.py</c> 1.4.0; Sutton and Barto 1998,
/// example 11.3 ("book"); Sutton 1996, "Generalization in reinforcement learning" ("nips").</remarks>
internal static partial class AcrobotDynamics
{
    public const double MaxSpeed1 = 4 * Math.PI; // radians / second
    public const double MaxSpeed2 = 9 * Math.PI;
    public const double TimeStep = 0.2; // seconds
    public const double Mass1 = 1.0; // kilograms
    public const double Mass2 = 1.0;
    public const double Length1 = 1.0; // metres
    public const double Centre1 = 0.5; // metres; of the rod's mass
    public const double Centre2 = 0.5;
    public const double Inertia = 1.0; // kilogram metres^2
    public const double Gravity = 9.8; // metres / second^2
    private const double Turn = Math.PI - -Math.PI;

    /// <summary>Moves (first angle, second angle, their velocities) by one step under a torque.</summary>
    /// <param name="state">The four numbers.</param>
    /// <param name="torque">N m, on the joint.</param>
    /// <param name="isNips">Whether the second rod's acceleration is that of Sutton 1996 (NIPS), without the centrifugal term of the book.</param>
    public static void Step(Span<double> state, double torque, bool isNips)
    {
        const double Half = TimeStep / 2.0;
        Span<double> k1 = stackalloc double[4];
        Span<double> k2 = stackalloc double[4];
        Span<double> k3 = stackalloc double[4];
        Span<double> k4 = stackalloc double[4];
        Span<double> at = stackalloc double[4];
        Derive(state, torque, isNips, k1);
        Move(state, Half, k1, at);
        Derive(at, torque, isNips, k2);
        Move(state, Half, k2, at);
        Derive(at, torque, isNips, k3);
        Move(state, TimeStep, k3, at);
        Derive(at, torque, isNips, k4);
        for (var i = 0; i < 4; i++)
        {
            state[i] += TimeStep / 6.0 * (k1[i] + (2 * k2[i]) + (2 * k3[i]) + k4[i]);
        }

        state[0] = Wrap(state[0]);
        state[1] = Wrap(state[1]);
        state[2] = Math.Min(Math.Max(state[2], -MaxSpeed1), MaxSpeed1);
        state[3] = Math.Min(Math.Max(state[3], -MaxSpeed2), MaxSpeed2);
    }

    private static void Move(ReadOnlySpan<double> from, double time, ReadOnlySpan<double> speed, Span<double> to)
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = from[i] + (time * speed[i]);
        }
    }

    // A NumPy float64 scalar to the power of 2 is the C library's pow.
    private static void Derive(ReadOnlySpan<double> state, double torque, bool isNips, Span<double> derivative)
    {
        var (theta1, theta2, speed1, speed2) = (state[0], state[1], state[2], state[3]);
        var (sine, cosine) = (Math.Sin(theta2), Math.Cos(theta2));
        var d1 = (Mass1 * (Centre1 * Centre1))
            + (Mass2 * ((Length1 * Length1) + (Centre2 * Centre2) + (2 * Length1 * Centre2 * cosine))) + Inertia + Inertia;
        var d2 = (Mass2 * ((Centre2 * Centre2) + (Length1 * Centre2 * cosine))) + Inertia;
        var phi2 = Mass2 * Centre2 * Gravity * Math.Cos(theta1 + theta2 - (Math.PI / 2.0));
        var phi1 = (-Mass2 * Length1 * Centre2 * LibmSquare.Of(speed2) * sine)
            - (2 * Mass2 * Length1 * Centre2 * speed2 * speed1 * sine)
            + (((Mass1 * Centre1) + (Mass2 * Length1)) * Gravity * Math.Cos(theta1 - (Math.PI / 2)))
            + phi2;
        var push = torque + (d2 / d1 * phi1);
        push = isNips ? push - phi2 : push - (Mass2 * Length1 * Centre2 * LibmSquare.Of(speed1) * sine) - phi2;
        var acceleration2 = push
            / ((Mass2 * (Centre2 * Centre2)) + Inertia - (LibmSquare.Of(d2) / d1));
        var acceleration1 = -((d2 * acceleration2) + phi1) / d1;
        (derivative[0], derivative[1], derivative[2], derivative[3]) = (speed1, speed2, acceleration1, acceleration2);
    }

    private static double Wrap(double angle)
    {
        while (angle > Math.PI)
        {
            angle -= Turn;
        }

        while (angle < -Math.PI)
        {
            angle += Turn;
        }

        return angle;
    }
}
