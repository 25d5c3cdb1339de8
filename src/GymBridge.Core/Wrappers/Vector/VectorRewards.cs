namespace GymBridge.Wrappers.Vector;

/// <summary>A wrapper that changes the rewards of all lanes. Source: <c>gymnasium/vector/vector_env.py</c> 1.4.0.</summary>
internal sealed class VectorRewards : VectorWrapper
{
    private readonly Action<Span<double>> _map;

    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment inside.</param>
    /// <param name="map">Changes the rewards of a step in place: float64 [N], 0 for lanes that have reset in it.</param>
    public VectorRewards(VectorEnv env, Action<Span<double>> map)
        : base(env) => _map = map;

    /// <summary>One that changes the reward of each lane by itself.</summary>
    public VectorRewards(VectorEnv env, Func<double, double> transform)
        : this(env, rewards =>
        {
            foreach (ref var reward in rewards)
            {
                reward = transform(reward);
            }
        })
    {
    }

    internal override bool IsStateless => true;

    internal override bool KeepsObservations => true;

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        Inner.Step(actions, result);
        _map(result.Rewards);
    }
}
