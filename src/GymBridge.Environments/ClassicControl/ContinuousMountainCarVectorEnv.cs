using GymBridge.Batch;
using GymBridge.Seeding;

namespace GymBridge.Environments.ClassicControl;

/// <summary>N MountainCars with a continuous force; lane i equals a single <see cref="ContinuousMountainCarEnv"/> with the same seed, bit for bit.</summary>
/// <remarks>One lane after the other: the reward is the C library's <c>pow</c>, and each lane's state is float64 or float32 by
/// itself. A step allocates nothing.</remarks>
public sealed class ContinuousMountainCarVectorEnv : NativeVectorEnv
{
    private const double GoalPosition = 0.45; // metres
    private const double Power = 0.0015;
    private const double Gravity = 0.0025;

    private readonly double[] _positions;
    private readonly double[] _velocities;
    private readonly bool[] _areSingle;
    private readonly double _goalVelocity;

    /// <summary>N MountainCars.</summary>
    /// <param name="numEnvs">Number of lanes, at least 1.</param>
    /// <param name="maxEpisodeSteps">Steps after which an episode is truncated; null for no limit.</param>
    /// <param name="autoresetMode">What happens to a lane whose episode has ended.</param>
    /// <param name="goalVelocity">Least velocity at the goal, m/s.</param>
    public ContinuousMountainCarVectorEnv(
        int numEnvs, int? maxEpisodeSteps = 999, AutoresetMode autoresetMode = AutoresetMode.NextStep, double goalVelocity = 0)
        : base(new ContinuousMountainCarEnv(goalVelocity), numEnvs, maxEpisodeSteps, autoresetMode)
    {
        _positions = new double[numEnvs];
        _velocities = new double[numEnvs];
        _areSingle = new bool[numEnvs];
        _goalVelocity = goalVelocity;
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        var forces = actions[0].AsSpan<float>();
        var observations = result.Observations[0].AsSpan<float>();
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (!ResetIfDue(lane, result))
            {
                var terminated = Move(lane, forces[lane]);
                Observe(lane, observations);
                Finish(lane, (terminated ? 100.0 : 0.0) - (Math.Pow(forces[lane], 2) * 0.1), terminated, result);
            }
        }
    }

    private protected override (double First, double Second) StartLimits(Info? options) => ResetOptions.Bounds(options, -0.6, -0.4);

    private protected override void Start(int lane, Rng rng, (double First, double Second) limits, VectorStep result)
    {
        (_positions[lane], _velocities[lane], _areSingle[lane]) = (rng.Uniform(limits.First, limits.Second), 0, false);
        Observe(lane, result.Observations[0].AsSpan<float>());
    }

    // NumPy 2 computes in float64 after a reset and in float32 after a step, but a value that is cut off is a Python float.
    private bool Move(int lane, float force)
    {
        var isSingle = _areSingle[lane];
        var gravity = Gravity * Math.Cos(Round(3 * _positions[lane], isSingle));
        double acceleration = force is >= -1f and <= 1f
            ? (force * (float)Power) - (float)gravity
            : Round((Math.Min(Math.Max(force, -1.0), 1.0) * Power) - gravity, isSingle);
        var velocity = Round(_velocities[lane] + acceleration, isSingle);
        var goalVelocity = Round(_goalVelocity, isSingle);
        if (velocity > Round(MountainCarRules.MaxSpeed, isSingle))
        {
            (velocity, goalVelocity) = (MountainCarRules.MaxSpeed, _goalVelocity);
        }

        if (velocity < Round(-MountainCarRules.MaxSpeed, isSingle))
        {
            (velocity, goalVelocity) = (-MountainCarRules.MaxSpeed, _goalVelocity);
        }

        var position = Round(_positions[lane] + Round(velocity, isSingle), isSingle);
        position = position > Round(MountainCarRules.MaxPosition, isSingle) ? MountainCarRules.MaxPosition : position;
        position = position < Round(MountainCarRules.MinPosition, isSingle) ? MountainCarRules.MinPosition : position;
        if ((position == MountainCarRules.MinPosition || position == Round(MountainCarRules.MinPosition, isSingle)) && velocity < 0)
        {
            (velocity, goalVelocity) = (0, _goalVelocity);
        }

        (_positions[lane], _velocities[lane], _areSingle[lane]) = ((float)position, (float)velocity, true);
        return position >= Round(GoalPosition, isSingle) && velocity >= goalVelocity;
    }

    private static double Round(double value, bool isSingle) => isSingle ? (float)value : value;

    private void Observe(int lane, Span<float> observations) =>
        (observations[2 * lane], observations[(2 * lane) + 1]) = ((float)_positions[lane], (float)_velocities[lane]);
}
