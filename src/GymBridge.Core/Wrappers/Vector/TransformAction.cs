using GymBridge.Spaces;

namespace GymBridge.Wrappers.Vector;

/// <summary>Applies a function to the actions of all lanes at once.</summary>
/// <remarks>For a function of one action there is <see cref="VectorizeTransformAction{TAction, TInner}"/>. Source:
/// <c>gymnasium/wrappers/vector/vectorize_action.py</c> 1.4.0.</remarks>
public sealed class TransformAction : VectorActionWrapper
{
    private readonly Action<Columns, Columns> _transform;

    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment.</param>
    /// <param name="transform">Fills the second columns, the actions inside, from the first.</param>
    /// <param name="singleActionSpace">The actions of one lane outside; null for those inside.</param>
    public TransformAction(VectorEnv env, Action<Columns, Columns> transform, Space? singleActionSpace = null)
        : base(env, singleActionSpace) => _transform = transform;

    /// <inheritdoc/>
    protected override void Actions(Columns source, Columns target) => _transform(source, target);
}
