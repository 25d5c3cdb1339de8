using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Environments.ClassicControl;

/// <summary>N MountainCars with a continuous force; lane i equals a single <see cref="ContinuousMountainCarEnv"/> with the same seed, bit for bit.</summary>
/// <remarks>One lane after the other: the reward is the C library's <c>pow</c>, and each lane's state is float64 or float32 by
/// itself. A step allocates nothing.</remarks>
public sealed class ContinuousMountainCarVectorEnv : NativeVectorEnv
{
    private readonly ContinuousMountainCarState[] _states;
    private readonly ContinuousMountainCarDynamics _dynamics;

    /// <summary>Makes N lanes of the environment, each with a generator of its own; they have to be reset before the first step.</summary>
    /// <param name="lanes">How many lanes, and when and how their episodes end.</param>
    /// <param name="goalVelocity">Least velocity at the goal, m/s.</param>
    public ContinuousMountainCarVectorEnv(VectorEnvArguments lanes, double goalVelocity = 0)
        : base(() => new ContinuousMountainCarEnv(goalVelocity), lanes)
    {
        _states = new ContinuousMountainCarState[NumEnvs];
        _dynamics = new ContinuousMountainCarDynamics { GoalVelocity = goalVelocity };
    }

    private protected override void StepLanes(Columns actions, VectorStep result)
    {
        var forces = actions[0].AsSpan<float>();
        var observations = result.Observations[0].AsSpan<float>();
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (!ResetIfDue(lane, result))
            {
                var terminated = _dynamics.Step(ref _states[lane], forces[lane]);
                Observe(lane, observations);
                Finish(lane, ContinuousMountainCarDynamics.Reward(forces[lane], terminated), terminated, result);
            }
        }
    }

    private protected override void StepLanesExact(Columns actions, VectorStep result)
    {
        var observations = result.Observations[0].AsSpan<float>();
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (!ResetIfDue(lane, result) && ExactForce.Of(actions, lane) is { } force)
            {
                var terminated = _dynamics.Step(ref _states[lane], force);
                Observe(lane, observations);
                Finish(lane, ContinuousMountainCarDynamics.Reward(force.Value, terminated), terminated, result);
            }
        }
    }

    private protected override Info LaneState(int lane) =>
        new() { ["position"] = _states[lane].Position, ["velocity"] = _states[lane].Velocity, ["is_single"] = _states[lane].IsSingle };

    private protected override (Info Attributes, Info Own) SingleState(int lane)
    {
        var state = _states[lane];
        return (
            new Info { ["state"] = state.IsSingle ? NDArray.From((float)state.Position, (float)state.Velocity) : NDArray.From(state.Position, state.Velocity) },
            new Info { ["has_state"] = true });
    }

    private protected override void SetLaneState(int lane, Info state) => _states[lane] = new ContinuousMountainCarState(
        SnapshotFields.Get<double>(state, "position", nameof(ContinuousMountainCarVectorEnv)),
        SnapshotFields.Get<double>(state, "velocity", nameof(ContinuousMountainCarVectorEnv)),
        SnapshotFields.Get<bool>(state, "is_single", nameof(ContinuousMountainCarVectorEnv)));

    private protected override (double First, double Second) StartLimits(Info? options) => ResetOptions.Bounds(options, -0.6, -0.4);

    private protected override void Start(int lane, Rng rng, (double First, double Second) limits, VectorStep result)
    {
        _states[lane] = new ContinuousMountainCarState(rng.Uniform(limits.First, limits.Second), 0, false);
        Observe(lane, result.Observations[0].AsSpan<float>());
    }

    private void Observe(int lane, Span<float> observations) =>
        (observations[2 * lane], observations[(2 * lane) + 1]) = ((float)_states[lane].Position, (float)_states[lane].Velocity);
}
