using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Environments.ClassicControl;

/// <summary>N Acrobots stepped together; lane i equals a single <see cref="AcrobotEnv"/> with the same seed, bit for bit.</summary>
/// <remarks>One lane after the other: the equations square with the C library's <c>pow</c>, and the angles leave the range of
/// the vectorised sine. A step allocates nothing.</remarks>
public sealed class AcrobotVectorEnv : NativeVectorEnv
{
    private readonly double[] _states;
    private readonly AcrobotVariant _variant;

    /// <summary>Makes N lanes of the environment, each with a generator of its own; they have to be reset before the first step.</summary>
    /// <param name="lanes">How many lanes, and when and how their episodes end.</param>
    /// <param name="torqueNoiseMax">Each step's torque gets a uniform number in [-max, max) added; 0 for none, and no draw.</param>
    /// <param name="bookOrNips">"book" for the equations of Sutton and Barto's book, "nips" for those of Sutton 1996.</param>
    /// <exception cref="ArgumentException">There is no such variant of the equations.</exception>
    public AcrobotVectorEnv(VectorEnvArguments lanes, double torqueNoiseMax = 0, string bookOrNips = "book")
        : base(() => new AcrobotEnv(null, torqueNoiseMax, bookOrNips), lanes)
    {
        _states = new double[4 * NumEnvs];
        _variant = new AcrobotVariant(torqueNoiseMax, bookOrNips);
    }

    private protected override void StepLanes(Columns actions, VectorStep result)
    {
        var chosen = actions[0].AsSpan<long>();
        CheckActions(chosen);
        var observations = result.Observations[0].AsSpan<float>();
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (!ResetIfDue(lane, result))
            {
                var state = _states.AsSpan(4 * lane, 4);
                AcrobotDynamics.Step(state, _variant.Torque(chosen[lane], RngOf(lane)), _variant.IsNips);
                AcrobotRules.Observe(state, observations.Slice(6 * lane, 6));
                var terminated = AcrobotRules.IsAboveTheLine(state);
                Finish(lane, terminated ? 0.0 : -1.0, terminated, result);
            }
        }
    }

    private protected override Info LaneState(int lane) => new() { ["state"] = NDArray.From<double>(_states.AsSpan(4 * lane, 4), 4) };

    private protected override (Info Attributes, Info Own) SingleState(int lane)
    {
        // float32 after a reset, what the equations give after a step.
        var state = _states[(4 * lane)..((4 * lane) + 4)];
        return (
            new Info { ["state"] = ElapsedSteps[lane] == 0 ? NDArray.From(Array.ConvertAll(state, number => (float)number)) : NDArray.From(state) },
            new Info { ["has_state"] = true });
    }

    private protected override void SetLaneState(int lane, Info state) =>
        SnapshotFields.Numbers(state, "state", 4, nameof(AcrobotVectorEnv)).CopyTo(_states, 4 * lane);

    private protected override (double First, double Second) StartLimits(Info? options) => ResetOptions.Bounds(options, -0.1, 0.1);

    private protected override void Start(int lane, Rng rng, (double First, double Second) limits, VectorStep result) => AcrobotRules.Start(
        rng, limits.First, limits.Second, _states.AsSpan(4 * lane, 4), result.Observations[0].AsSpan<float>().Slice(6 * lane, 6));
}
