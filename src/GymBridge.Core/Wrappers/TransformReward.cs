using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Applies a function to every reward.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="transform">Gives the reward outside.</param>
    public static Env TransformReward(this Env env, Func<double, double> transform) => env.Accept(new TransformRewardMaker(transform));

    /// <inheritdoc cref="TransformReward(Env, Func{double, double})"/>
    public static Env<TObservation, TAction> TransformReward<TObservation, TAction>(this Env<TObservation, TAction> env, Func<double, double> transform) =>
        (Env<TObservation, TAction>)((Env)env).TransformReward(transform);

    /// <inheritdoc cref="TransformReward(Env, Func{double, double})"/>
    public static VectorEnv TransformReward(this VectorEnv env, Func<double, double> transform) =>
        new VectorRewards(env, transform);

    /// <summary>Applies a function to the rewards of all lanes at once.</summary>
    /// <param name="env">The vector environment, owned by the result.</param>
    /// <param name="transform">Changes the rewards of a step in place: float64 [N], 0 for lanes that have reset in it.</param>
    public static VectorEnv TransformReward(this VectorEnv env, Action<Span<double>> transform) => new VectorRewards(env, transform);

    private sealed class TransformRewardMaker(Func<double, double> transform) : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) => new TransformReward<TObservation, TAction>(env, transform);
    }
}

/// <summary>Applies a function to every reward.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
/// <remarks>Source: <c>gymnasium/wrappers/transform_reward.py</c> 1.4.0.</remarks>
internal class TransformReward<TObservation, TAction> : Wrapper<TObservation, TAction>
{
    internal override bool IsStateless => true;

    private readonly Func<double, double> _transform;

    /// <summary>Wraps an environment.</summary>
    public TransformReward(Env<TObservation, TAction> env, Func<double, double> transform)
        : base(env) => _transform = transform;

    /// <inheritdoc/>
    protected override StepResult<TObservation> OnStep(TAction action)
    {
        var step = base.OnStep(action);
        return step with { Reward = _transform(step.Reward) };
    }
}
