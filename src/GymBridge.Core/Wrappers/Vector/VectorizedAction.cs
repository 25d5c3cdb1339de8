namespace GymBridge.Wrappers.Vector;

/// <summary>A wrapper that does to the action of each lane what a wrapper of single environments does to its own.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/vector/vectorize_action.py</c> 1.4.0.</remarks>
public abstract class VectorizedAction : VectorActionWrapper
{
    private readonly LaneTransform _transform;

    private protected VectorizedAction(VectorEnv env, LaneTransform transform)
        : base(env, transform.Space) => _transform = transform;

    /// <inheritdoc/>
    protected sealed override void Actions(Columns source, Columns target)
    {
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            _transform.Apply(source, lane, target, lane);
        }
    }
}
