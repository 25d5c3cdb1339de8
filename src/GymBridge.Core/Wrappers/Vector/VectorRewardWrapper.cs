namespace GymBridge.Wrappers.Vector;

/// <summary>A wrapper that changes the rewards of all lanes. Source: <c>gymnasium/vector/vector_env.py</c> 1.4.0.</summary>
public abstract class VectorRewardWrapper : VectorWrapper
{
    /// <summary>Wraps a vector environment.</summary>
    protected VectorRewardWrapper(VectorEnv env)
        : base(env)
    {
    }

    /// <summary>Changes the rewards of a step in place: float64 [N], 0 for lanes that have reset in it.</summary>
    protected abstract void Rewards(Span<double> rewards);

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        Inner.Step(actions, result);
        Rewards(result.Rewards);
    }
}
