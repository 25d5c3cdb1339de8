using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GymBridge.Environments.Numerics;
using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Environments.ClassicControl;

/// <summary>N MountainCars stepped together; lane i equals a single <see cref="MountainCarEnv"/> with the same seed, bit for bit.</summary>
/// <remarks>Eight lanes at a time. A step allocates nothing.</remarks>
public sealed class MountainCarVectorEnv : NativeVectorEnv
{
    private readonly double[] _positions;
    private readonly double[] _velocities;
    private readonly MountainCarDynamics _dynamics;

    /// <summary>Makes N lanes of the environment, each with a generator of its own; they have to be reset before the first step.</summary>
    /// <param name="lanes">How many lanes, and when and how their episodes end.</param>
    /// <param name="goalVelocity">Least velocity at the goal, m/s.</param>
    public MountainCarVectorEnv(VectorEnvArguments lanes, double goalVelocity = 0)
        : base(() => new MountainCarEnv(goalVelocity), lanes)
    {
        _positions = new double[NumEnvs];
        _velocities = new double[NumEnvs];
        _dynamics = new MountainCarDynamics { GoalVelocity = goalVelocity };
    }

    private protected override void StepLanes(Columns actions, VectorStep result)
    {
        var chosen = actions[0].AsSpan<long>();
        CheckActions(chosen);
        var observations = result.Observations[0].AsSpan<float>();
        var lane = 0;
        if (LaneGroup.IsVectorized)
        {
            for (; lane <= NumEnvs - LaneGroup.Size; lane += LaneGroup.Size)
            {
                if (Vector512.IsHardwareAccelerated)
                {
                    StepGroup<Doubles8, Vector512<double>>(lane, chosen, observations, result);
                }
                else
                {
                    StepGroup<Doubles4, Vector256<double>>(lane, chosen, observations, result);
                }
            }
        }

        StepEach(lane, NumEnvs, chosen, observations, result);
    }

    private protected override Info LaneState(int lane) => new() { ["position"] = _positions[lane], ["velocity"] = _velocities[lane] };

    private protected override (Info Attributes, Info Own) SingleState(int lane) => (
        new Info
        {
            ["state"] = ElapsedSteps[lane] > 0
                ? TupleValue.Of(NumPyScalar.From(_positions[lane]), NumPyScalar.From(_velocities[lane]))
                : NDArray.From(_positions[lane], _velocities[lane]),
        },
        new Info { ["has_state"] = true });

    private protected override void SetLaneState(int lane, Info state) => (_positions[lane], _velocities[lane]) = (
        SnapshotFields.Get<double>(state, "position", nameof(MountainCarVectorEnv)), SnapshotFields.Get<double>(state, "velocity", nameof(MountainCarVectorEnv)));

    private protected override (double First, double Second) StartLimits(Info? options) => ResetOptions.Bounds(options, -0.6, -0.4);

    private protected override void Start(int lane, Rng rng, (double First, double Second) limits, VectorStep result)
    {
        (_positions[lane], _velocities[lane]) = (rng.Uniform(limits.First, limits.Second), 0);
        Observe(lane, result.Observations[0].AsSpan<float>());
    }

    private void StepGroup<S, V>(int first, ReadOnlySpan<long> actions, Span<float> observations, VectorStep result)
        where S : struct, IDoubles<V>
        where V : struct
    {
        if (!LaneGroup.AreBelow<S, V>(_positions, first, MountainCarDynamics.VectorLimit))
        {
            StepEach(first, first + LaneGroup.Size, actions, observations, result);
            return;
        }

        var atGoal = 0u;
        for (var i = 0; i < LaneGroup.Size; i += S.Count)
        {
            var at = first + i;
            var (position, velocity) = (S.Load(_positions, at), S.Load(_velocities, at));
            atGoal |= _dynamics.Step<S, V>(ref position, ref velocity, actions[at..]) << i;
            S.Store(position, _positions, at);
            S.Store(velocity, _velocities, at);
            S.Store(S.Create(-1), result.Rewards, at);
        }

        ObserveGroup(first, observations.Slice(2 * first, 2 * LaneGroup.Size));
        FinishGroup(first, atGoal, result);
    }

    private void StepEach(int first, int end, ReadOnlySpan<long> actions, Span<float> observations, VectorStep result)
    {
        for (var lane = first; lane < end; lane++)
        {
            if (!ResetIfDue(lane, result))
            {
                var atGoal = _dynamics.Step(ref _positions[lane], ref _velocities[lane], actions[lane]);
                Observe(lane, observations);
                Finish(lane, -1.0, atGoal, result);
            }
        }
    }

    // Rounds to float32 and turns two rows of eight into eight rows of two.
    private void ObserveGroup(int first, Span<float> observations)
    {
        var (a, b) = (LaneGroup.Narrow(_positions, first), LaneGroup.Narrow(_velocities, first));
        var (lanes0145, lanes2367) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
        Avx.Permute2x128(lanes0145, lanes2367, 0x20).CopyTo(observations);
        Avx.Permute2x128(lanes0145, lanes2367, 0x31).CopyTo(observations[LaneGroup.Size..]);
    }

    private void Observe(int lane, Span<float> observations) =>
        (observations[2 * lane], observations[(2 * lane) + 1]) = ((float)_positions[lane], (float)_velocities[lane]);
}
