using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Environments.ClassicControl;

/// <summary>N pendulums stepped together; lane i equals a single <see cref="PendulumEnv"/> with the same seed, bit for bit.</summary>
/// <remarks>One lane after the other: the reward's squares are the C library's <c>pow</c> and <c>powf</c>, and the angles leave
/// the range of the vectorised sine. A step allocates nothing.</remarks>
public sealed class PendulumVectorEnv : NativeVectorEnv
{
    private readonly double[] _thetas;
    private readonly double[] _thetaDots;
    private readonly PendulumDynamics _dynamics;

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
        _dynamics = new PendulumDynamics { Gravity = gravity };
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        var torques = actions[0].AsSpan<float>();
        var observations = result.Observations[0].AsSpan<float>();
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (!ResetIfDue(lane, result))
            {
                var reward = _dynamics.Step(ref _thetas[lane], ref _thetaDots[lane], _dynamics.Torque(torques[lane]));
                Observe(lane, observations);
                Finish(lane, reward, false, result);
            }
        }
    }

    /// <inheritdoc/>
    protected override void OnStepExact(Columns actions, VectorStep result)
    {
        var observations = result.Observations[0].AsSpan<float>();
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (!ResetIfDue(lane, result) && ExactForce.Of(actions, lane) is { } torque)
            {
                var reward = Move(lane, torque);
                Observe(lane, observations);
                Finish(lane, reward, false, result);
            }
        }
    }

    private double Move(int lane, ExactForce torque) => torque.IsHalf
        ? _dynamics.Step(ref _thetas[lane], ref _thetaDots[lane], _dynamics.Torque((Half)torque.Value))
        : _dynamics.Step(ref _thetas[lane], ref _thetaDots[lane], _dynamics.Torque(torque.Value));

    private protected override Info LaneState(int lane) => new() { ["theta"] = _thetas[lane], ["theta_dot"] = _thetaDots[lane] };

    private protected override void SetLaneState(int lane, Info state) => (_thetas[lane], _thetaDots[lane]) = (
        SnapshotFields.Get<double>(state, "theta", nameof(PendulumVectorEnv)), SnapshotFields.Get<double>(state, "theta_dot", nameof(PendulumVectorEnv)));

    private protected override (double First, double Second) StartLimits(Info? options) =>
        (ResetOptions.Number(options, "x_init", Math.PI), ResetOptions.Number(options, "y_init", 1.0));

    private protected override void Start(int lane, Rng rng, (double First, double Second) limits, VectorStep result)
    {
        Span<double> state = stackalloc double[2];
        rng.Uniform([-limits.First, -limits.Second], [limits.First, limits.Second], state);
        (_thetas[lane], _thetaDots[lane]) = (state[0], state[1]);
        Observe(lane, result.Observations[0].AsSpan<float>());
    }

    private void Observe(int lane, Span<float> observations) =>
        PendulumDynamics.Observe(_thetas[lane], _thetaDots[lane], observations.Slice(3 * lane, 3));
}
