using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using GymBridge.Batch;
using GymBridge.Seeding;

namespace GymBridge.Environments.ClassicControl;

/// <summary>N CartPoles stepped together; lane i equals a single <see cref="CartPoleEnv"/> with the same seed, bit for bit.</summary>
/// <remarks>Each lane has its own generator (unlike Gymnasium's CartPoleVectorEnv, which draws all lanes from one), so lanes
/// equal <c>SyncVectorEnv</c>'s. A step allocates nothing.</remarks>
public sealed class CartPoleVectorEnv : VectorEnv
{
    private readonly CartPoleLanes _lanes;
    private readonly Rng?[] _rngs;
    private readonly BigInteger[] _seeds;
    private readonly int[] _elapsedSteps;
    private readonly bool[] _ended;
    private readonly bool[] _hasTerminated;
    private readonly int _maxEpisodeSteps;
    private readonly bool _suttonBartoReward;

    /// <summary>N CartPoles.</summary>
    /// <param name="numEnvs">Number of lanes, at least 1.</param>
    /// <param name="maxEpisodeSteps">Steps after which an episode is truncated; null for no limit.</param>
    /// <param name="autoresetMode">What happens to a lane whose episode has ended.</param>
    /// <param name="suttonBartoReward">Reward 0, and -1 when the pole falls.</param>
    public CartPoleVectorEnv(
        int numEnvs, int? maxEpisodeSteps = 500, AutoresetMode autoresetMode = AutoresetMode.NextStep, bool suttonBartoReward = false)
        : base(numEnvs, CartPoleRules.ObservationSpace, CartPoleRules.ActionSpace(), autoresetMode)
    {
        _lanes = new CartPoleLanes(numEnvs);
        _rngs = new Rng?[numEnvs];
        _seeds = new BigInteger[numEnvs];
        _elapsedSteps = new int[numEnvs];
        _ended = new bool[numEnvs];
        _hasTerminated = new bool[numEnvs];
        _maxEpisodeSteps = maxEpisodeSteps ?? int.MaxValue;
        _suttonBartoReward = suttonBartoReward;
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata => CartPoleRules.Metadata;

    /// <inheritdoc/>
    public override (RngState State, BigInteger Seed) GetRng(int lane)
    {
        CheckLane(lane);
        return (RngOf(lane).State, _seeds[lane]);
    }

    /// <inheritdoc/>
    public override void SetRng(int lane, RngState state)
    {
        CheckLane(lane);
        _rngs[lane] = new Rng(state);
        _seeds[lane] = BigInteger.MinusOne;
    }

    /// <inheritdoc/>
    protected override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
    {
        var observations = result.Observations[0].AsSpan<float>();
        SeedLanes(seeds, mask);
        var (low, high) = CartPoleRules.Bounds(options);
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (mask.IsEmpty || mask[lane])
            {
                ResetLane(lane, low, high, observations);
            }
        }
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        var chosen = actions[0].AsSpan<long>();
        CheckActions(chosen);
        var observations = result.Observations[0].AsSpan<float>();
        var lane = 0;
        if (CartPoleLanes.IsVectorized)
        {
            for (; lane <= NumEnvs - CartPoleLanes.Group; lane += CartPoleLanes.Group)
            {
                StepGroup(lane, chosen, observations, result);
            }
        }

        for (; lane < NumEnvs; lane++)
        {
            StepOne(lane, chosen[lane], observations, result);
        }
    }

    private void StepGroup(int first, ReadOnlySpan<long> actions, Span<float> observations, VectorStep result)
    {
        var fell = _lanes.StepGroup(first, actions.Slice(first, CartPoleLanes.Group), observations.Slice(4 * first, 4 * CartPoleLanes.Group));
        var elapsed = Vector256.Create(_elapsedSteps.AsSpan(first, CartPoleLanes.Group)) + Vector256<int>.One;
        elapsed.CopyTo(_elapsedSteps, first);
        var late = Vector256.GreaterThanOrEqual(elapsed, Vector256.Create(_maxEpisodeSteps)).ExtractMostSignificantBits();

        // Eight flags at once: a lane that ended before, and is to be reset or steps on, is rare.
        var endedBefore = Flags(_ended, first);
        var terminatedBefore = Flags(_hasTerminated, first);
        Vector512.Create(_suttonBartoReward ? 0.0 : 1.0).CopyTo(result.Rewards, first);
        if ((fell | late) == 0 && (endedBefore | terminatedBefore) == 0)
        {
            return;
        }

        for (var lane = first; lane < first + CartPoleLanes.Group; lane++)
        {
            var bit = 1u << (lane - first);
            if (_ended[lane] && AutoresetMode == AutoresetMode.NextStep)
            {
                result.Rewards[lane] = 0;
                ResetLane(lane, -0.05, 0.05, observations);
            }
            else
            {
                Finish(lane, (fell & bit) != 0, (late & bit) != 0, observations, result);
            }
        }
    }

    private void StepOne(int lane, long action, Span<float> observations, VectorStep result)
    {
        if (_ended[lane] && AutoresetMode == AutoresetMode.NextStep)
        {
            ResetLane(lane, -0.05, 0.05, observations);
            return;
        }

        var fell = _lanes.StepOne(lane, action, observations.Slice(lane * 4, 4));
        Finish(lane, fell, ++_elapsedSteps[lane] >= _maxEpisodeSteps, observations, result);
    }

    // Sets the outcome of a lane that has stepped, and resets it if it ended and the mode says so.
    private void Finish(int lane, bool fell, bool isLate, Span<float> observations, VectorStep result)
    {
        result.Terminated[lane] = fell;
        result.Truncated[lane] = isLate;
        result.Rewards[lane] = _suttonBartoReward ? (fell ? -1 : 0) : fell && _hasTerminated[lane] ? 0 : 1;
        _hasTerminated[lane] |= fell;
        _ended[lane] = fell | isLate;
        if (_ended[lane] && AutoresetMode == AutoresetMode.SameStep)
        {
            result.FinalObservations.CopyLane(result.Observations, lane, lane);
            result.HasFinal[lane] = true;
            ResetLane(lane, -0.05, 0.05, observations);
        }
    }

    private static ulong Flags(bool[] flags, int first) =>
        MemoryMarshal.Cast<bool, ulong>(flags.AsSpan(first, CartPoleLanes.Group))[0];

    private void ResetLane(int lane, double low, double high, Span<float> observations)
    {
        var state = CartPoleRules.Start(RngOf(lane), low, high);
        _lanes[lane] = state;
        _elapsedSteps[lane] = 0;
        _ended[lane] = false;
        _hasTerminated[lane] = false;
        CartPoleDynamics.Observe(state, observations.Slice(lane * 4, 4));
    }

    private void CheckActions(ReadOnlySpan<long> actions)
    {
        // Each action is one of 0 and 1 exactly when the union of their bits is.
        var union = 0L;
        foreach (var action in actions)
        {
            union |= action;
        }

        if ((ulong)union <= 1)
        {
            return;
        }

        for (var lane = 0; lane < actions.Length; lane++)
        {
            if ((ulong)actions[lane] > 1 && !(_ended[lane] && AutoresetMode == AutoresetMode.NextStep))
            {
                var exception = InvalidActionException.For(actions[lane], SingleActionSpace, Spec?.Id ?? "CartPole");
                exception.Data[SyncVectorEnv.LaneDataKey] = lane;
                throw exception;
            }
        }
    }

    private Rng RngOf(int lane)
    {
        if (_rngs[lane] is null)
        {
            SeedLane(lane, Seed.FromEntropy());
        }

        return _rngs[lane]!;
    }

    private void SeedLanes(ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask)
    {
        for (var lane = 0; lane < seeds.Length; lane++)
        {
            if (seeds[lane] is { } seed && (mask.IsEmpty || mask[lane]))
            {
                SeedLane(lane, seed);
            }
        }
    }

    private void SeedLane(int lane, Seed seed)
    {
        _rngs[lane] = new Rng(seed);
        _seeds[lane] = seed.ToBigInteger();
    }
}
