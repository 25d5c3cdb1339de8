using GymBridge.Errors;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Environments.Teaching;

/// <summary>A bandit whose arms pay with probabilities that depend on a context, which the actions do not influence.</summary>
/// <remarks>
/// <para>Actions, Discrete(k): the arm. Observation, Box(c,) float32: the context of the next pull, one-hot.</para>
/// <para>Reward: 1 with the arm's probability in the context seen, else 0. Then the next context is drawn, each as likely.
/// Never terminates.</para>
/// <para>Info: <c>regret</c>, the best arm's probability in the context of the pull less the pulled one's.</para>
/// <para>Not part of Gymnasium. v0: 4 contexts (think of kinds of users) and 3 arms (advertisements), 500 steps; the best arms
/// pay 0.75 on average, the best single arm 0.525, arms at random 0.4458. <c>arms</c> sets other probabilities, a row for each context.</para>
/// </remarks>
public sealed class ContextualBanditEnv : Env<float[], long>, ISnapshot
{
    private static readonly double[][] DefaultArms = [[0.8, 0.3, 0.2], [0.2, 0.7, 0.4], [0.5, 0.1, 0.6], [0.3, 0.35, 0.9]];

    private int _context = -1;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="arms">[contexts, arms]; the probability of each arm in each context; null for those of v0.</param>
    /// <exception cref="ArgumentException">There is no context or arm, rows differ in length, or a probability is outside [0, 1].</exception>
    public ContextualBanditEnv(IReadOnlyList<IReadOnlyList<double>>? arms = null)
        : this(new BanditRules(arms ?? DefaultArms, deviation: null, hasContexts: true))
    {
    }

    private ContextualBanditEnv(BanditRules rules)
        : base(new Box(0, 1, [rules.Contexts]), new Discrete(rules.Arms)) => Rules = rules;

    internal BanditRules Rules { get; }

    /// <inheritdoc/>
    protected override ResetResult<float[]> OnReset(Info? options) => Observe();

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">There is no such arm.</exception>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    protected override StepResult<float[]> OnStep(long action)
    {
        if ((ulong)action >= (ulong)Rules.Arms)
        {
            throw InvalidActionException.For(action, ActionSpace, Spec?.Id ?? "ContextualBandit");
        }

        if (_context < 0)
        {
            throw new ResetNeededException("Call reset before using step method.");
        }

        var (context, reward) = (_context, Rules.Pay(_context, action, Rng));
        return new(Observe(), reward, false, false, Rules.InfoOf(context, action));
    }

    Info ISnapshot.Save() => new() { ["context"] = (long)_context };

    void ISnapshot.Restore(Info state)
    {
        var context = SnapshotFields.Get<int>(state, "context", nameof(ContextualBanditEnv));
        _context = context < Rules.Contexts ? Math.Max(context, -1) : throw SnapshotFields.Unfit("context", nameof(ContextualBanditEnv));
    }

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes) => attributes.Add("optimal_reward", () => Rules.OptimalReward);

    private float[] Observe()
    {
        _context = Rules.DrawContext(Rng);
        var observation = new float[Rules.Contexts];
        BanditRules.Observe(_context, observation);
        return observation;
    }
}
