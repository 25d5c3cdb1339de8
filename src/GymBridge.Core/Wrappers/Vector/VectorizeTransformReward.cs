namespace GymBridge.Wrappers.Vector;

/// <summary>Applies a function to the reward of each lane.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/vector/vectorize_reward.py</c> 1.4.0.</remarks>
public class VectorizeTransformReward : VectorRewardWrapper
{
    private readonly Func<double, double> _transform;

    /// <summary>Wraps a vector environment.</summary>
    public VectorizeTransformReward(VectorEnv env, Func<double, double> transform)
        : base(env) => _transform = transform;

    /// <inheritdoc/>
    protected sealed override void Rewards(Span<double> rewards)
    {
        for (var lane = 0; lane < rewards.Length; lane++)
        {
            rewards[lane] = _transform(rewards[lane]);
        }
    }
}
