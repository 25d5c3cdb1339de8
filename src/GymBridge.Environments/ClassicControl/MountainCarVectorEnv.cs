using GymBridge.Batch;
using GymBridge.Seeding;

namespace GymBridge.Environments.ClassicControl;

/// <summary>N MountainCars stepped together; lane i equals a single <see cref="MountainCarEnv"/> with the same seed, bit for bit.</summary>
/// <remarks>One lane after the other: the cosine's angle leaves the range of the vectorised one at once. A step allocates nothing.</remarks>
public sealed class MountainCarVectorEnv : NativeVectorEnv
{
    private readonly double[] _positions;
    private readonly double[] _velocities;
    private readonly MountainCarDynamics _dynamics;

    /// <summary>N MountainCars.</summary>
    /// <param name="numEnvs">Number of lanes, at least 1.</param>
    /// <param name="maxEpisodeSteps">Steps after which an episode is truncated; null for no limit.</param>
    /// <param name="autoresetMode">What happens to a lane whose episode has ended.</param>
    /// <param name="goalVelocity">Least velocity at the goal, m/s.</param>
    public MountainCarVectorEnv(
        int numEnvs, int? maxEpisodeSteps = 200, AutoresetMode autoresetMode = AutoresetMode.NextStep, double goalVelocity = 0)
        : base(new MountainCarEnv(goalVelocity), numEnvs, maxEpisodeSteps, autoresetMode)
    {
        _positions = new double[numEnvs];
        _velocities = new double[numEnvs];
        _dynamics = new MountainCarDynamics { GoalVelocity = goalVelocity };
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        var chosen = actions[0].AsSpan<long>();
        CheckActions(chosen);
        var observations = result.Observations[0].AsSpan<float>();
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (!ResetIfDue(lane, result))
            {
                var terminated = _dynamics.Step(ref _positions[lane], ref _velocities[lane], chosen[lane]);
                Observe(lane, observations);
                Finish(lane, -1.0, terminated, result);
            }
        }
    }

    private protected override (double First, double Second) StartLimits(Info? options) => ResetOptions.Bounds(options, -0.6, -0.4);

    private protected override void Start(int lane, Rng rng, (double First, double Second) limits, VectorStep result)
    {
        (_positions[lane], _velocities[lane]) = (rng.Uniform(limits.First, limits.Second), 0);
        Observe(lane, result.Observations[0].AsSpan<float>());
    }

    private void Observe(int lane, Span<float> observations) =>
        (observations[2 * lane], observations[(2 * lane) + 1]) = ((float)_positions[lane], (float)_velocities[lane]);
}
