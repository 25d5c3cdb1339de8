using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Environments.ToyText;

/// <summary>N lanes of a tabular environment; lane i equals a single <see cref="TabularEnv"/> with the same seed, bit for bit.</summary>
/// <remarks>One lane after the other: a step is a look into a table. All lanes share the model's table, start probabilities and
/// rules. With infos (<c>prob</c>, and what the environment adds) a step allocates them; without, nothing.</remarks>
public sealed class TabularVectorEnv : NativeVectorEnv
{
    private readonly TabularEnv _model;
    private readonly double[] _startSums;
    private readonly int[] _states;
    private readonly bool[] _flags;

    /// <summary>N lanes.</summary>
    /// <param name="model">The environment whose table and rules the lanes follow; owned from now on.</param>
    /// <param name="numEnvs">Number of lanes, at least 1.</param>
    /// <param name="maxEpisodeSteps">Steps after which an episode is truncated; null for no limit.</param>
    /// <param name="autoresetMode">What happens to a lane whose episode has ended.</param>
    public TabularVectorEnv(
        TabularEnv model, int numEnvs, int? maxEpisodeSteps = null, AutoresetMode autoresetMode = AutoresetMode.NextStep)
        : base(model, numEnvs, maxEpisodeSteps, autoresetMode)
    {
        _model = model;
        _startSums = model.StartProbabilities.ToArray();
        for (var state = 1; state < _startSums.Length; state++)
        {
            _startSums[state] += _startSums[state - 1];
        }

        _states = new int[numEnvs];
        _flags = new bool[numEnvs];
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        var chosen = actions[0].AsSpan<long>();
        CheckActions(chosen);
        var observations = result.Observations[0].AsSpan<long>();
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (ResetIfDue(lane, result))
            {
                continue;
            }

            var (before, rng) = (_states[lane], RngOf(lane));
            ref readonly var transition = ref TabularEnv.Draw(_model.Table[before][chosen[lane]], rng);
            var after = _model.Settle(before, transition.State, rng, ref _flags[lane]);
            observations[lane] = _states[lane] = after;
            if (result.WantsInfos)
            {
                result.Infos[lane] = _model.StepInfo(after, transition.Probability);
            }

            Finish(lane, transition.Reward, transition.Terminated, result);
        }
    }

    private protected override Info LaneState(int lane) => new() { ["s"] = (long)_states[lane], ["flag"] = _flags[lane] };

    private protected override void SetLaneState(int lane, Info state)
    {
        var number = SnapshotFields.Get<int>(state, "s", nameof(TabularVectorEnv));
        _states[lane] = (uint)number < (uint)_startSums.Length ? number : throw SnapshotFields.Unfit("s", nameof(TabularVectorEnv));
        _flags[lane] = SnapshotFields.Get<bool>(state, "flag", nameof(TabularVectorEnv));
    }

    private protected override void Start(int lane, Rng rng, (double First, double Second) limits, VectorStep result)
    {
        // The sums never fall, so that the first above the number is found by halving; none is 0, as np.argmax has it.
        var u = rng.Random();
        var (low, high) = (0, _startSums.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _startSums[middle] > u ? (low, middle) : (middle + 1, high);
        }

        var state = low == _startSums.Length ? 0 : low;
        _states[lane] = state;
        _flags[lane] = _model.DrawFlag(rng);
        result.Observations[0].AsSpan<long>()[lane] = state;
        if (result.WantsInfos)
        {
            result.Infos[lane] = _model.ResetInfo(state);
        }
    }
}
