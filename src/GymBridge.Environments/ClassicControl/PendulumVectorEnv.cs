using GymBridge.Batch;
using GymBridge.Seeding;

namespace GymBridge.Environments.ClassicControl;

/// <summary>N pendulums stepped together; lane i equals a single <see cref="PendulumEnv"/> with the same seed, bit for bit.</summary>
/// <remarks>One lane after the other: the reward's squares are the C library's <c>pow</c> and <c>powf</c>, and the angles leave
/// the range of the vectorised sine. A step allocates nothing.</remarks>
public sealed class PendulumVectorEnv : NativeVectorEnv
{
    private const double MaxSpeed = 8; // radians / second
    private const float MaxTorque = 2; // newton metres
    private const double TimeStep = 0.05; // seconds
    private const double Mass = 1.0; // kilograms
    private const double Length = 1.0; // metres
    private const float PushPerTorque = (float)(3.0 / (Mass * (Length * Length)));

    private readonly double[] _thetas;
    private readonly double[] _thetaDots;
    private readonly double _gravity;

    /// <summary>N pendulums.</summary>
    /// <param name="numEnvs">Number of lanes, at least 1.</param>
    /// <param name="maxEpisodeSteps">Steps after which an episode is truncated; null for no limit.</param>
    /// <param name="autoresetMode">What happens to a lane whose episode has ended.</param>
    /// <param name="gravity">Acceleration of gravity, m/s^2.</param>
    public PendulumVectorEnv(
        int numEnvs, int? maxEpisodeSteps = 200, AutoresetMode autoresetMode = AutoresetMode.NextStep, double gravity = 10.0)
        : base(new PendulumEnv(gravity), numEnvs, maxEpisodeSteps, autoresetMode)
    {
        _thetas = new double[numEnvs];
        _thetaDots = new double[numEnvs];
        _gravity = gravity;
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        var torques = actions[0].AsSpan<float>();
        var observations = result.Observations[0].AsSpan<float>();
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (ResetIfDue(lane, result))
            {
                continue;
            }

            var (theta, thetaDot) = (_thetas[lane], _thetaDots[lane]);
            var torque = Math.Min(Math.Max(torques[lane], -MaxTorque), MaxTorque);
            var cost = Math.Pow(Normalize(theta), 2) + (0.1 * Math.Pow(thetaDot, 2)) + (0.001f * MathF.Pow(torque, 2f));
            var speed = thetaDot + (((3 * _gravity / (2 * Length) * Math.Sin(theta)) + (PushPerTorque * torque)) * TimeStep);
            thetaDot = Math.Min(Math.Max(speed, -MaxSpeed), MaxSpeed);
            theta += thetaDot * TimeStep;
            Set(lane, theta, thetaDot, observations);
            Finish(lane, -cost, false, result);
        }
    }

    private protected override (double First, double Second) StartLimits(Info? options) =>
        (ResetOptions.Number(options, "x_init", Math.PI), ResetOptions.Number(options, "y_init", 1.0));

    private protected override void Start(int lane, Rng rng, (double First, double Second) limits, VectorStep result)
    {
        Span<double> state = stackalloc double[2];
        rng.Uniform([-limits.First, -limits.Second], [limits.First, limits.Second], state);
        Set(lane, state[0], state[1], result.Observations[0].AsSpan<float>());
    }

    private static double Normalize(double angle)
    {
        // Python's floored modulo.
        var remainder = (angle + Math.PI) % (2 * Math.PI);
        return (remainder < 0 ? remainder + (2 * Math.PI) : remainder) - Math.PI;
    }

    private void Set(int lane, double theta, double thetaDot, Span<float> observations)
    {
        (_thetas[lane], _thetaDots[lane]) = (theta, thetaDot);
        var observation = observations.Slice(3 * lane, 3);
        (observation[0], observation[1], observation[2]) = ((float)Math.Cos(theta), (float)Math.Sin(theta), (float)thetaDot);
    }
}
