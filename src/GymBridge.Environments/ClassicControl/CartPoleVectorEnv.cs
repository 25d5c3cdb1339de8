using System.Runtime.Intrinsics;
using GymBridge.Environments.Numerics;
using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Environments.ClassicControl;

/// <summary>N CartPoles stepped together, eight at a time; lane i equals a single <see cref="CartPoleEnv"/> with the same seed, bit for bit.</summary>
/// <remarks>Each lane has its own generator (unlike Gymnasium's CartPoleVectorEnv, which draws all lanes from one), so lanes
/// equal <c>SyncVectorEnv</c>'s. A step allocates nothing.</remarks>
public sealed class CartPoleVectorEnv : NativeVectorEnv
{
    private readonly CartPoleLanes _lanes;
    private readonly bool[] _hasTerminated;
    private readonly bool _suttonBartoReward;

    /// <summary>Makes N lanes of the environment, each with a generator of its own; they have to be reset before the first step.</summary>
    /// <param name="lanes">How many lanes, and when and how their episodes end.</param>
    /// <param name="suttonBartoReward">Reward 0, and -1 when the pole falls.</param>
    public CartPoleVectorEnv(VectorEnvArguments lanes, bool suttonBartoReward = false)
        : base(() => new CartPoleEnv(suttonBartoReward), lanes)
    {
        _lanes = new CartPoleLanes(NumEnvs);
        _hasTerminated = new bool[NumEnvs];
        _suttonBartoReward = suttonBartoReward;
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
                StepGroup(lane, chosen, observations, result);
            }
        }

        for (; lane < NumEnvs; lane++)
        {
            if (!ResetIfDue(lane, result))
            {
                var fell = _lanes.StepOne(lane, chosen[lane], observations.Slice(lane * 4, 4));
                FinishLane(lane, fell, ++ElapsedSteps[lane] >= MaxEpisodeSteps, result);
            }
        }
    }

    private protected override Info LaneState(int lane) => new()
    {
        ["state"] = NDArray.From(_lanes[lane].X, _lanes[lane].XDot, _lanes[lane].Theta, _lanes[lane].ThetaDot),
        ["has_terminated"] = _hasTerminated[lane],
    };

    private protected override (Info Attributes, Info Own) SingleState(int lane) => (
        new Info { ["state"] = LaneState(lane)["state"] },
        new Info { ["has_state"] = true, ["has_terminated"] = _hasTerminated[lane], ["steps_beyond"] = _hasTerminated[lane] ? 0L : null });

    private protected override void SetLaneState(int lane, Info state)
    {
        var numbers = SnapshotFields.Numbers(state, "state", 4, nameof(CartPoleVectorEnv));
        _lanes[lane] = new CartPoleState(numbers[0], numbers[1], numbers[2], numbers[3]);
        _hasTerminated[lane] = SnapshotFields.Get<bool>(state, "has_terminated", nameof(CartPoleVectorEnv));
    }

    private protected override (double First, double Second) StartLimits(Info? options) => CartPoleRules.Bounds(options);

    private protected override void Start(int lane, Rng rng, (double First, double Second) limits, VectorStep result)
    {
        var state = CartPoleRules.Start(rng, limits.First, limits.Second);
        _lanes[lane] = state;
        _hasTerminated[lane] = false;
        CartPoleDynamics.Observe(state, result.Observations[0].AsSpan<float>().Slice(lane * 4, 4));
    }

    private void StepGroup(int first, ReadOnlySpan<long> actions, Span<float> observations, VectorStep result)
    {
        var fell = _lanes.StepGroup(first, actions.Slice(first, LaneGroup.Size), observations.Slice(4 * first, 4 * LaneGroup.Size));
        var late = CountGroup(first);

        // FinishGroup with rewards that depend on the end; a call of it takes a quarter of the steps a second.
        // Eight flags at once: a lane that ended before, and is to be reset or steps on, is rare.
        var endedBefore = LaneGroup.Flags(Ended, first);
        var terminatedBefore = LaneGroup.Flags(_hasTerminated, first);
        Vector512.Create(_suttonBartoReward ? 0.0 : 1.0).CopyTo(result.Rewards, first);
        if ((fell | late) == 0 && (endedBefore | terminatedBefore) == 0)
        {
            return;
        }

        for (var lane = first; lane < first + LaneGroup.Size; lane++)
        {
            var bit = 1u << (lane - first);
            if (ResetIfDue(lane, result))
            {
                result.Rewards[lane] = 0;
            }
            else
            {
                FinishLane(lane, (fell & bit) != 0, (late & bit) != 0, result);
            }
        }
    }

    private void FinishLane(int lane, bool fell, bool isLate, VectorStep result)
    {
        var reward = _suttonBartoReward ? (fell ? -1 : 0) : fell && _hasTerminated[lane] ? 0 : 1;
        _hasTerminated[lane] |= fell;
        Finish(lane, reward, fell, isLate, result);
    }
}
