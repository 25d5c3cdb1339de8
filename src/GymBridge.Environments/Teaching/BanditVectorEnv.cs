using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Environments.Teaching;

/// <summary>N bandits of one kind; lane i equals a single one with the same seed, bit for bit.</summary>
/// <remarks>One lane after the other: a pull is one draw. With the info <c>regret</c> a step allocates it; without, nothing.</remarks>
public sealed class BanditVectorEnv : NativeVectorEnv
{
    private readonly BanditRules _rules;
    private readonly int[] _contexts;

    /// <summary>Makes N lanes of the environment, each with a generator of its own; they have to be reset before the first step.</summary>
    /// <param name="create">Makes a single one: a <see cref="BernoulliBanditEnv"/> or a <see cref="GaussianBanditEnv"/>, every time the same.</param>
    /// <param name="lanes">How many lanes, and when and how their episodes end.</param>
    public BanditVectorEnv(Func<BanditEnv> create, VectorEnvArguments lanes)
        : base(create, lanes)
    {
        _rules = ((BanditEnv)Model).Rules;
        _contexts = new int[NumEnvs];
    }

    /// <summary>Makes N lanes of the environment, each with a generator of its own; they have to be reset before the first step.</summary>
    /// <param name="create">Makes a single one, every time the same.</param>
    /// <param name="lanes">How many lanes, and when and how their episodes end.</param>
    public BanditVectorEnv(Func<ContextualBanditEnv> create, VectorEnvArguments lanes)
        : base(create, lanes)
    {
        _rules = ((ContextualBanditEnv)Model).Rules;
        _contexts = new int[NumEnvs];
    }

    private protected override void StepLanes(Columns actions, VectorStep result)
    {
        var chosen = actions[0].AsSpan<long>();
        CheckActions(chosen);
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (ResetIfDue(lane, result))
            {
                continue;
            }

            var (rng, context) = (RngOf(lane), _contexts[lane]);
            var reward = _rules.Pay(context, chosen[lane], rng);
            Observe(lane, rng, result);
            if (result.WantsInfos)
            {
                result.Infos[lane] = _rules.InfoOf(context, chosen[lane]);
            }

            Finish(lane, reward, false, result);
        }
    }

    private protected override Info LaneState(int lane) => new() { ["context"] = (long)_contexts[lane] };

    private protected override (Info Attributes, Info Own) SingleState(int lane) => (Info.Empty, _rules.HasContexts ? LaneState(lane) : Info.Empty);

    private protected override void SetLaneState(int lane, Info state)
    {
        var context = SnapshotFields.Get<int>(state, "context", nameof(BanditVectorEnv));
        _contexts[lane] = (uint)context < (uint)_rules.Contexts ? context : throw SnapshotFields.Unfit("context", nameof(BanditVectorEnv));
    }

    private protected override void Start(int lane, Rng rng, (double First, double Second) limits, VectorStep result) =>
        Observe(lane, rng, result);

    // Without contexts there is one observation, 0; a context is seen one-hot.
    private void Observe(int lane, Rng rng, VectorStep result)
    {
        if (!_rules.HasContexts)
        {
            result.Observations[0].AsSpan<long>()[lane] = 0;
            return;
        }

        _contexts[lane] = _rules.DrawContext(rng);
        BanditRules.Observe(_contexts[lane], result.Observations[0].AsSpan<float>().Slice(lane * _rules.Contexts, _rules.Contexts));
    }
}
