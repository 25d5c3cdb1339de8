namespace GymBridge.Wrappers.Vector;

/// <summary>Cuts the reward of each lane off at bounds. Source: <c>gymnasium/wrappers/vector/vectorize_reward.py</c> 1.4.0.</summary>
public sealed class ClipReward : VectorizeTransformReward
{
    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment.</param>
    /// <param name="minReward">Least reward; null for no limit.</param>
    /// <param name="maxReward">Greatest reward; null for no limit.</param>
    /// <exception cref="ArgumentException">Both are null, or the least is above the greatest.</exception>
    public ClipReward(VectorEnv env, double? minReward = null, double? maxReward = null)
        : base(env, RewardClipping.Create(minReward, maxReward))
    {
    }
}
