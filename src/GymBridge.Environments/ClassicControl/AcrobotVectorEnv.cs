using System.Runtime.Intrinsics;
using GymBridge.Environments.Numerics;
using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Environments.ClassicControl;

/// <summary>N Acrobots stepped together; lane i equals a single <see cref="AcrobotEnv"/> with the same seed, bit for bit.</summary>
/// <remarks>Eight lanes at a time, unless the torque has noise. A step allocates nothing.</remarks>
public sealed class AcrobotVectorEnv : NativeVectorEnv
{
    private readonly AcrobotLanes _lanes;
    private readonly AcrobotVariant _variant;

    /// <summary>Makes N lanes of the environment, each with a generator of its own; they have to be reset before the first step.</summary>
    /// <param name="lanes">How many lanes, and when and how their episodes end.</param>
    /// <param name="torqueNoiseMax">Each step's torque gets a uniform number in [-max, max) added; 0 for none, and no draw.</param>
    /// <param name="bookOrNips">"book" for the equations of Sutton and Barto's book, "nips" for those of Sutton 1996.</param>
    /// <exception cref="ArgumentException">There is no such variant of the equations.</exception>
    public AcrobotVectorEnv(VectorEnvArguments lanes, double torqueNoiseMax = 0, string bookOrNips = "book")
        : base(() => new AcrobotEnv(null, torqueNoiseMax, bookOrNips), lanes)
    {
        _lanes = new AcrobotLanes(NumEnvs);
        _variant = new AcrobotVariant(torqueNoiseMax, bookOrNips);
    }

    private protected override void StepLanes(Columns actions, VectorStep result)
    {
        var chosen = actions[0].AsSpan<long>();
        CheckActions(chosen);
        var observations = result.Observations[0].AsSpan<float>();
        var lane = 0;
        if (LaneGroup.IsVectorized && _variant.TorqueNoiseMax == 0)
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

    private void StepGroup<S, V>(int first, ReadOnlySpan<long> actions, Span<float> observations, VectorStep result)
        where S : struct, IDoubles<V>
        where V : struct
    {
        if (!_lanes.CanStepGroup<S, V>(first))
        {
            StepEach(first, first + LaneGroup.Size, actions, observations, result);
            return;
        }

        var above = _lanes.StepGroup<S, V>(first, actions[first..], _variant.IsNips, observations.Slice(6 * first, 6 * LaneGroup.Size));
        for (var i = 0; i < LaneGroup.Size; i++)
        {
            result.Rewards[first + i] = (above & (1u << i)) != 0 ? 0.0 : -1.0;
        }

        FinishGroup(first, above, result);
    }

    private void StepEach(int first, int end, ReadOnlySpan<long> actions, Span<float> observations, VectorStep result)
    {
        Span<double> state = stackalloc double[4];
        for (var lane = first; lane < end; lane++)
        {
            if (!ResetIfDue(lane, result))
            {
                _lanes.Read(lane, state);
                AcrobotDynamics.Step(state, _variant.Torque(actions[lane], RngOf(lane)), _variant.IsNips);
                _lanes.Write(lane, state);
                AcrobotRules.Observe(state, observations.Slice(6 * lane, 6));
                var terminated = AcrobotRules.IsAboveTheLine(state);
                Finish(lane, terminated ? 0.0 : -1.0, terminated, result);
            }
        }
    }

    private protected override Info LaneState(int lane) => new() { ["state"] = NDArray.From(StateOf(lane)) };

    private protected override (Info Attributes, Info Own) SingleState(int lane)
    {
        // float32 after a reset, what the equations give after a step.
        var state = StateOf(lane);
        return (
            new Info { ["state"] = ElapsedSteps[lane] == 0 ? NDArray.From(Array.ConvertAll(state, number => (float)number)) : NDArray.From(state) },
            new Info { ["has_state"] = true });
    }

    private protected override void SetLaneState(int lane, Info state) =>
        _lanes.Write(lane, SnapshotFields.Numbers(state, "state", 4, nameof(AcrobotVectorEnv)));

    private protected override (double First, double Second) StartLimits(Info? options) => ResetOptions.Bounds(options, -0.1, 0.1);

    private protected override void Start(int lane, Rng rng, (double First, double Second) limits, VectorStep result)
    {
        Span<double> state = stackalloc double[4];
        AcrobotRules.Start(rng, limits.First, limits.Second, state, result.Observations[0].AsSpan<float>().Slice(6 * lane, 6));
        _lanes.Write(lane, state);
    }

    private double[] StateOf(int lane)
    {
        var state = new double[4];
        _lanes.Read(lane, state);
        return state;
    }
}
