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
    private readonly int[] _lastActions; // -1: none yet

    /// <summary>Makes N lanes of the environment, each with a generator of its own; they have to be reset before the first step.</summary>
    /// <param name="create">Makes a single environment, every time with the same table and rules.</param>
    /// <param name="lanes">How many lanes, and when and how their episodes end.</param>
    public TabularVectorEnv(Func<TabularEnv> create, VectorEnvArguments lanes)
        : base(create, lanes)
    {
        _model = (TabularEnv)Model;
        _startSums = _model.StartProbabilities.ToArray();
        for (var state = 1; state < _startSums.Length; state++)
        {
            _startSums[state] += _startSums[state - 1];
        }

        _states = new int[NumEnvs];
        _flags = new bool[NumEnvs];
        _lastActions = new int[NumEnvs];
    }

    private protected override void StepLanes(Columns actions, VectorStep result)
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

            _lastActions[lane] = (int)chosen[lane];
            Finish(lane, transition.Reward, transition.Terminated, result);
        }
    }

    private protected override Info LaneState(int lane) =>
        new() { ["s"] = (long)_states[lane], ["flag"] = _flags[lane], ["lastaction"] = (long)_lastActions[lane] };

    private protected override (Info Attributes, Info Own) SingleState(int lane) => (
        _model.FlagAttribute is { } flag ? new Info { [flag] = _flags[lane] } : Info.Empty,
        new Info { ["s"] = (long)_states[lane], ["lastaction"] = _lastActions[lane] < 0 ? null : (long)_lastActions[lane] });

    private protected override void SetLaneState(int lane, Info state)
    {
        var number = SnapshotFields.Get<int>(state, "s", nameof(TabularVectorEnv));
        _states[lane] = (uint)number < (uint)_startSums.Length ? number : throw SnapshotFields.Unfit("s", nameof(TabularVectorEnv));
        _flags[lane] = SnapshotFields.Get<bool>(state, "flag", nameof(TabularVectorEnv));
        _lastActions[lane] = SnapshotFields.Get<int>(state, "lastaction", nameof(TabularVectorEnv));
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
        _lastActions[lane] = -1;
        _flags[lane] = _model.DrawFlag(rng);
        result.Observations[0].AsSpan<long>()[lane] = state;
        if (result.WantsInfos)
        {
            result.Infos[lane] = _model.ResetInfo(state);
        }
    }
}
