using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Cuts rewards off at bounds.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="minReward">Least reward; null for no limit.</param>
    /// <param name="maxReward">Greatest reward; null for no limit.</param>
    /// <exception cref="ArgumentException">Both are null, or the least is above the greatest.</exception>
    public static Env ClipReward(this Env env, double? minReward = null, double? maxReward = null) => env.Accept(new ClipRewardMaker(minReward, maxReward));

    /// <inheritdoc cref="ClipReward(Env, double?, double?)"/>
    public static Env<TObservation, TAction> ClipReward<TObservation, TAction>(
        this Env<TObservation, TAction> env, double? minReward = null, double? maxReward = null) =>
        (Env<TObservation, TAction>)((Env)env).ClipReward(minReward, maxReward);

    /// <inheritdoc cref="ClipReward(Env, double?, double?)"/>
    public static VectorEnv ClipReward(this VectorEnv env, double? minReward = null, double? maxReward = null) =>
        new VectorRewards(env, RewardClipping.Create(minReward, maxReward));

    private sealed class ClipRewardMaker(double? min, double? max) : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) => new ClipReward<TObservation, TAction>(env, min, max);
    }
}

/// <summary>Cuts rewards off at bounds.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/transform_reward.py</c> 1.4.0.</remarks>
internal sealed class ClipReward<TObservation, TAction>(Env<TObservation, TAction> env, double? minReward = null, double? maxReward = null)
    : TransformReward<TObservation, TAction>(env, RewardClipping.Create(minReward, maxReward));
