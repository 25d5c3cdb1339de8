using System.Numerics;
using GymBridge.Batch;
using GymBridge.Seeding;

namespace GymBridge.Environments.ClassicControl;

/// <summary>N CartPoles stepped together; lane i equals a single <see cref="CartPoleEnv"/> with the same seed, bit for bit.</summary>
/// <remarks>Each lane has its own generator (unlike Gymnasium's CartPoleVectorEnv, which draws all lanes from one), so lanes
/// equal <c>SyncVectorEnv</c>'s. A step allocates nothing.</remarks>
public sealed class CartPoleVectorEnv : VectorEnv
{
    private readonly CartPoleState[] _states;
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
        _states = new CartPoleState[numEnvs];
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
        var (low, high) = CartPoleRules.Bounds(options);
        var observations = result.Observations[0].AsSpan<float>();
        for (var lane = 0; lane < _states.Length; lane++)
        {
            if (!mask.IsEmpty && !mask[lane])
            {
                continue;
            }

            if (!seeds.IsEmpty && seeds[lane] is { } seed)
            {
                SeedLane(lane, seed);
            }

            ResetLane(lane, low, high, observations);
        }
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        var chosen = actions[0].AsSpan<long>();
        CheckActions(chosen);
        var observations = result.Observations[0].AsSpan<float>();
        var (rewards, terminated, truncated) = (result.Rewards, result.Terminated, result.Truncated);
        for (var lane = 0; lane < _states.Length; lane++)
        {
            if (_ended[lane] && AutoresetMode == AutoresetMode.NextStep)
            {
                ResetLane(lane, -0.05, 0.05, observations);
                continue;
            }

            var fell = CartPoleDynamics.Step(ref _states[lane], chosen[lane] == 1);
            terminated[lane] = fell;
            rewards[lane] = _suttonBartoReward ? (fell ? -1 : 0) : fell && _hasTerminated[lane] ? 0 : 1;
            _hasTerminated[lane] |= fell;
            var isLate = ++_elapsedSteps[lane] >= _maxEpisodeSteps;
            truncated[lane] = isLate;
            _ended[lane] = fell | isLate;
            CartPoleDynamics.Observe(_states[lane], observations.Slice(lane * 4, 4));
            if (_ended[lane] && AutoresetMode == AutoresetMode.SameStep)
            {
                result.FinalObservations.CopyLane(result.Observations, lane, lane);
                result.HasFinal[lane] = true;
                ResetLane(lane, -0.05, 0.05, observations);
            }
        }
    }

    private void ResetLane(int lane, double low, double high, Span<float> observations)
    {
        _states[lane] = CartPoleRules.Start(RngOf(lane), low, high);
        _elapsedSteps[lane] = 0;
        _ended[lane] = false;
        _hasTerminated[lane] = false;
        CartPoleDynamics.Observe(_states[lane], observations.Slice(lane * 4, 4));
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

    private void SeedLane(int lane, Seed seed)
    {
        _rngs[lane] = new Rng(seed);
        _seeds[lane] = seed.ToBigInteger();
    }
}
