using GymBridge.Values;
using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Divides rewards by the standard deviation of the discounted return so far.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="gamma">Discount per step, in [0, 1].</param>
    /// <param name="epsilon">Added to the variance; positive.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static Env NormalizeReward(this Env env, double gamma = 0.99, double epsilon = 1e-8) => env.NormalizeReward(out _, gamma, epsilon);

    /// <inheritdoc cref="NormalizeReward(Env, double, double)"/>
    public static Env<TObservation, TAction> NormalizeReward<TObservation, TAction>(
        this Env<TObservation, TAction> env, double gamma = 0.99, double epsilon = 1e-8) =>
        (Env<TObservation, TAction>)((Env)env).NormalizeReward(gamma, epsilon);

    /// <inheritdoc cref="NormalizeReward(Env, double, double)"/>
    public static VectorEnv NormalizeReward(this VectorEnv env, double gamma = 0.99, double epsilon = 1e-8) =>
        env.NormalizeReward(out _, gamma, epsilon);

    /// <summary>The same, with what it learns.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="normalization">The moments of the discounted return, to look at or to hold.</param>
    /// <param name="gamma">Discount per step, in [0, 1].</param>
    /// <param name="epsilon">Added to the variance; positive.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static Env NormalizeReward(this Env env, out Normalization normalization, double gamma = 0.99, double epsilon = 1e-8)
    {
        var arithmetic = new RewardNormalization(gamma, epsilon);
        normalization = arithmetic.State;
        return env.Accept(new NormalizeRewardMaker(arithmetic));
    }

    /// <inheritdoc cref="NormalizeReward(Env, out Normalization, double, double)"/>
    public static Env<TObservation, TAction> NormalizeReward<TObservation, TAction>(
        this Env<TObservation, TAction> env, out Normalization normalization, double gamma = 0.99, double epsilon = 1e-8) =>
        (Env<TObservation, TAction>)((Env)env).NormalizeReward(out normalization, gamma, epsilon);

    /// <inheritdoc cref="NormalizeReward(Env, out Normalization, double, double)"/>
    public static VectorEnv NormalizeReward(this VectorEnv env, out Normalization normalization, double gamma = 0.99, double epsilon = 1e-8)
    {
        var wrapped = new VectorNormalizeReward(env, gamma, epsilon);
        normalization = wrapped.Normalization;
        return wrapped;
    }

    private sealed class NormalizeRewardMaker(RewardNormalization normalization) : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) => new NormalizeReward<TObservation, TAction>(env, normalization);
    }
}

/// <summary>Divides rewards by the standard deviation of the discounted return so far.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
/// <remarks>Source: <c>gymnasium/wrappers/stateful_reward.py</c> 1.4.0.</remarks>
internal sealed class NormalizeReward<TObservation, TAction> : Wrapper<TObservation, TAction>, ISnapshot
{
    private readonly RewardNormalization _normalization;
    private double _discountedReward;

    public NormalizeReward(Env<TObservation, TAction> env, RewardNormalization normalization)
        : base(env) => _normalization = normalization;

    public Normalization Normalization => _normalization.State;

    Info ISnapshot.Save() => new() { ["discounted_reward"] = _discountedReward, ["normalization"] = Normalization.Save() };

    void ISnapshot.Restore(Info state)
    {
        _discountedReward = SnapshotFields.Get<double>(state, "discounted_reward", nameof(NormalizeReward<,>));
        Normalization.Restore(SnapshotFields.Info(state, "normalization", nameof(NormalizeReward<,>)));
    }

    /// <inheritdoc/>
    protected override StepResult<TObservation> OnStep(TAction action)
    {
        var step = base.OnStep(action);

        // The return before a termination counts for the next episode no longer; a truncation keeps it, as in Gymnasium.
        _discountedReward = (_discountedReward * _normalization.Gamma * (step.Terminated ? 0 : 1)) + step.Reward;
        if (Normalization.UpdatesMoments)
        {
            Normalization.Moments.Update<double>([_discountedReward]);
        }

        return step with { Reward = step.Reward / _normalization.Deviation };
    }
}
