namespace GymBridge.Wrappers;

/// <summary>Cuts rewards off at bounds.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
/// <remarks>Source: <c>gymnasium/wrappers/transform_reward.py</c> 1.4.0.</remarks>
public sealed class ClipReward<TObservation, TAction> : TransformReward<TObservation, TAction>
{
    /// <summary>Wraps an environment.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="minReward">Least reward; null for no limit.</param>
    /// <param name="maxReward">Greatest reward; null for no limit.</param>
    /// <exception cref="ArgumentException">Both are null, or the least is above the greatest.</exception>
    public ClipReward(Env<TObservation, TAction> env, double? minReward = null, double? maxReward = null)
        : base(env, RewardClipping.Create(minReward, maxReward))
    {
    }
}
