namespace GymBridge.Wrappers.Vector;

/// <summary>Applies a function to the rewards of all lanes at once.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/vector/vectorize_reward.py</c> 1.4.0.</remarks>
public sealed class TransformReward : VectorRewardWrapper
{
    private readonly Action<Span<double>> _transform;

    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment.</param>
    /// <param name="transform">Changes the rewards in place.</param>
    public TransformReward(VectorEnv env, Action<Span<double>> transform)
        : base(env) => _transform = transform;

    /// <inheritdoc/>
    protected override void Rewards(Span<double> rewards) => _transform(rewards);
}
