using GymBridge.Spaces;

namespace GymBridge.Wrappers.Vector;

/// <summary>A wrapper that changes the actions of all lanes. Source: <c>gymnasium/vector/vector_env.py</c> 1.4.0.</summary>
public abstract class VectorActionWrapper : VectorWrapper
{
    private readonly Columns _inner;

    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment inside.</param>
    /// <param name="singleActionSpace">The actions of one lane outside; null for those inside.</param>
    protected VectorActionWrapper(VectorEnv env, Space? singleActionSpace = null)
        : base(env, null, singleActionSpace) => _inner = env.CreateActions();

    /// <summary>Fills the actions inside.</summary>
    /// <param name="source">The actions outside.</param>
    /// <param name="target">The actions inside.</param>
    protected abstract void Actions(Columns source, Columns target);

    /// <inheritdoc/>
    protected override void OnStepExact(Columns actions, VectorStep result) => StepCast(actions, result);

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        Actions(actions, _inner);
        Inner.Step(_inner, result);
    }
}
