using GymBridge.Errors;
using GymBridge.Spaces;

namespace GymBridge.Environments.Teaching;

/// <summary>A bandit without contexts: nothing to see, and each arm pays by a rule of its own.</summary>
public abstract class BanditEnv : Env<long, long>, ISnapshot
{
    private readonly double[] _arms;

    private protected BanditEnv(IReadOnlyList<double> arms, double? deviation)
        : this(new BanditRules([arms], deviation, hasContexts: false), arms)
    {
    }

    private BanditEnv(BanditRules rules, IReadOnlyList<double> arms)
        : base(new Discrete(1), new Discrete(rules.Arms))
    {
        Rules = rules;
        _arms = [.. arms];
    }

    /// <summary>The mean reward of each arm.</summary>
    public IReadOnlyList<double> Arms => _arms;

    internal static IReadOnlyList<double> DefaultArms { get; } = [0.1, 0.3, 0.5, 0.7, 0.9];

    internal BanditRules Rules { get; }

    /// <inheritdoc/>
    protected override ResetResult<long> OnReset(Info? options) => 0;

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">There is no such arm.</exception>
    protected override StepResult<long> OnStep(long action) => (ulong)action < (ulong)_arms.Length
        ? new(0, Rules.Pay(0, action, Rng), false, false, Rules.InfoOf(0, action))
        : throw InvalidActionException.For(action, ActionSpace, Spec?.Id ?? GetType().Name);

    Info ISnapshot.Save() => new();

    void ISnapshot.Restore(Info state)
    {
        // An arm pays by the generator alone.
    }

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes) => attributes
        .Add("arms", () => NDArray.From((double[])_arms.Clone()))
        .Add("optimal_reward", () => Rules.OptimalReward);
}
