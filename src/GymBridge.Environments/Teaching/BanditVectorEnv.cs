using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Environments.Teaching;

/// <summary>N bandits of one kind; lane i equals a single one with the same seed, bit for bit.</summary>
/// <remarks>One lane after the other: a pull is one draw. With the info <c>regret</c> a step allocates it; without, nothing.</remarks>
public sealed class BanditVectorEnv : NativeVectorEnv
{
    private readonly BanditRules _rules;
    private readonly int[] _contexts;

    /// <summary>N bandits as a <see cref="BernoulliBanditEnv"/> or a <see cref="GaussianBanditEnv"/>.</summary>
    public BanditVectorEnv(BanditEnv model, int numEnvs, int? maxEpisodeSteps = 500, AutoresetMode autoresetMode = AutoresetMode.NextStep)
        : this(model, model.Rules, numEnvs, maxEpisodeSteps, autoresetMode)
    {
    }

    /// <summary>N bandits as a <see cref="ContextualBanditEnv"/>.</summary>
    public BanditVectorEnv(
        ContextualBanditEnv model, int numEnvs, int? maxEpisodeSteps = 500, AutoresetMode autoresetMode = AutoresetMode.NextStep)
        : this(model, model.Rules, numEnvs, maxEpisodeSteps, autoresetMode)
    {
    }

    private BanditVectorEnv(Env model, BanditRules rules, int numEnvs, int? maxEpisodeSteps, AutoresetMode autoresetMode)
        : base(model, numEnvs, maxEpisodeSteps, autoresetMode)
    {
        _rules = rules;
        _contexts = new int[numEnvs];
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
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
