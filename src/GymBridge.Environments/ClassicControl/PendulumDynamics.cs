using GymBridge.Environments.Numerics;

namespace GymBridge.Environments.ClassicControl;

/// <summary>The equations of the pendulum and their parameters, which attributes may change; the names are Gymnasium's.</summary>
/// <remarks>Source: <c>gymnasium/envs/classic_control/pendulum.py</c> 1.4.0 under NumPy 2: the torque is a float32 scalar, so its
/// square is the C library's <c>powf</c> and its terms are float32; the other squares are <c>pow</c>.</remarks>
internal sealed partial class PendulumDynamics
{
    public const double DefaultMaxSpeed = 8; // radians / second
    public const float DefaultMaxTorque = 2; // newton metres

    private double _gravity = 10.0;
    private double _mass = 1.0;
    private double _length = 1.0;
    private double _gravityFactor;
    private float _torqueFactor;

    public PendulumDynamics() => Update();

    public double MaxSpeed { get; set; } = DefaultMaxSpeed;

    public double MaxTorque { get; set; } = DefaultMaxTorque;

    public double TimeStep { get; set; } = 0.05; // seconds

    /// <summary>Acceleration of gravity, m/s^2.</summary>
    public double Gravity
    {
        get => _gravity;
        set
        {
            _gravity = value;
            Update();
        }
    }

    /// <summary>Mass of the rod, kg.</summary>
    public double Mass
    {
        get => _mass;
        set
        {
            _mass = value;
            Update();
        }
    }

    /// <summary>Length of the rod, m.</summary>
    public double Length
    {
        get => _length;
        set
        {
            _length = value;
            Update();
        }
    }

    /// <summary>The torque of an action, cut off at the bounds.</summary>
    public float Torque(float action) => Math.Min(Math.Max(action, (float)-MaxTorque), (float)MaxTorque);

    /// <summary>The torque of a float16 action, cut off at the bounds.</summary>
    public Half Torque(Half action) => Half.Min(Half.Max(action, (Half)(-MaxTorque)), (Half)MaxTorque);

    /// <summary>The torque of a float64 action, cut off at the bounds.</summary>
    public double Torque(double action) => Math.Min(Math.Max(action, -MaxTorque), MaxTorque);

    /// <summary>Moves one pendulum by one step with a float64 torque, whose terms are float64 too; returns the reward.</summary>
    public double Step(ref double theta, ref double thetaDot, double torque)
    {
        var cost = LibmSquare.Of(Normalize(theta)) + (0.1 * LibmSquare.Of(thetaDot)) + (0.001 * LibmSquare.Of(torque));
        Move(ref theta, ref thetaDot, 3.0 / (_mass * Math.Pow(_length, 2)) * torque);
        return -cost;
    }

    /// <summary>Moves one pendulum by one step with a float16 torque, whose terms are float16 too; returns the reward.</summary>
    public double Step(ref double theta, ref double thetaDot, Half torque)
    {
        var cost = LibmSquare.Of(Normalize(theta)) + (0.1 * LibmSquare.Of(thetaDot)) + (double)((Half)0.001 * (torque * torque));
        Move(ref theta, ref thetaDot, (double)((Half)(3.0 / (_mass * Math.Pow(_length, 2))) * torque));
        return -cost;
    }

    /// <summary>Moves one pendulum by one step; returns the reward.</summary>
    /// <param name="theta">Its angle, rad; 0 is upright.</param>
    /// <param name="thetaDot">Its angular velocity, rad/s.</param>
    /// <param name="torque">N m, within the bounds.</param>
    public double Step(ref double theta, ref double thetaDot, float torque)
    {
        var cost = LibmSquare.Of(Normalize(theta)) + (0.1 * LibmSquare.Of(thetaDot)) + (0.001f * LibmSquare.Of(torque));
        Move(ref theta, ref thetaDot, _torqueFactor * torque);
        return -cost;
    }

    /// <summary>Puts the float32 observation of a state into three elements.</summary>
    public static void Observe(double theta, double thetaDot, Span<float> observation) =>
        (observation[0], observation[1], observation[2]) = ((float)Math.Cos(theta), (float)Math.Sin(theta), (float)thetaDot);

    public void Declare(AttributeTable attributes) => attributes
        .Add<double>("max_speed", () => DefaultNumber.Of(MaxSpeed), value => MaxSpeed = value)
        .Add<double>("max_torque", () => MaxTorque, value => MaxTorque = value)
        .Add<double>("dt", () => TimeStep, value => TimeStep = value)
        .Add<double>("g", () => Gravity, value => Gravity = value)
        .Add<double>("m", () => Mass, value => Mass = value)
        .Add<double>("l", () => Length, value => Length = value);

    private void Move(ref double theta, ref double thetaDot, double torqueTerm)
    {
        var speed = thetaDot + (((_gravityFactor * Math.Sin(theta)) + torqueTerm) * TimeStep);
        thetaDot = Math.Min(Math.Max(speed, -MaxSpeed), MaxSpeed);
        theta += thetaDot * TimeStep;
    }

    // ((x + pi) % (2 pi)) - pi with Python's floored modulo.
    private static double Normalize(double angle)
    {
        var remainder = (angle + Math.PI) % (2 * Math.PI);
        return (remainder < 0 ? remainder + (2 * Math.PI) : remainder) - Math.PI;
    }

    private void Update() =>
        (_gravityFactor, _torqueFactor) = (3 * _gravity / (2 * _length), (float)(3.0 / (_mass * Math.Pow(_length, 2))));
}
