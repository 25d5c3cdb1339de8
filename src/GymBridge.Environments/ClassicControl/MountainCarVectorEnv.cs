using GymBridge.Batch;
using GymBridge.Seeding;

namespace GymBridge.Environments.ClassicControl;

/// <summary>N MountainCars stepped together; lane i equals a single <see cref="MountainCarEnv"/> with the same seed, bit for bit.</summary>
/// <remarks>One lane after the other: the cosine's angle leaves the range of the vectorised one at once. A step allocates nothing.</remarks>
public sealed class MountainCarVectorEnv : NativeVectorEnv
{
    private const double GoalPosition = 0.5; // metres
    private const double Force = 0.001;
    private const double Gravity = 0.0025;

    private readonly double[] _positions;
    private readonly double[] _velocities;
    private readonly double _goalVelocity;

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
        _goalVelocity = goalVelocity;
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        const double MaxSpeed = MountainCarRules.MaxSpeed;
        var chosen = actions[0].AsSpan<long>();
        CheckActions(chosen);
        var observations = result.Observations[0].AsSpan<float>();
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (ResetIfDue(lane, result))
            {
                continue;
            }

            var (position, velocity) = (_positions[lane], _velocities[lane]);
            velocity += ((chosen[lane] - 1) * Force) + (Math.Cos(3 * position) * -Gravity);
            velocity = Math.Min(Math.Max(velocity, -MaxSpeed), MaxSpeed);
            position += velocity;
            position = Math.Min(Math.Max(position, MountainCarRules.MinPosition), MountainCarRules.MaxPosition);
            if (position == MountainCarRules.MinPosition && velocity < 0)
            {
                velocity = 0;
            }

            Set(lane, position, velocity, observations);
            Finish(lane, -1.0, position >= GoalPosition && velocity >= _goalVelocity, result);
        }
    }

    private protected override (double First, double Second) StartLimits(Info? options) => ResetOptions.Bounds(options, -0.6, -0.4);

    private protected override void Start(int lane, Rng rng, (double First, double Second) limits, VectorStep result) =>
        Set(lane, rng.Uniform(limits.First, limits.Second), 0, result.Observations[0].AsSpan<float>());

    private void Set(int lane, double position, double velocity, Span<float> observations)
    {
        (_positions[lane], _velocities[lane]) = (position, velocity);
        (observations[2 * lane], observations[(2 * lane) + 1]) = ((float)position, (float)velocity);
    }
}
