using GymBridge.Spaces;

namespace GymBridge.Wrappers.Vector;

/// <summary>A wrapper that changes the actions of all lanes. Source: <c>gymnasium/vector/vector_env.py</c> 1.4.0.</summary>
internal sealed class VectorActions : VectorWrapper
{
    private readonly Columns _inner;
    private readonly Action<Columns, Columns> _map;

    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment inside.</param>
    /// <param name="space">The actions of one lane outside; null for those inside.</param>
    /// <param name="map">Fills the second columns, the actions inside, from the first.</param>
    public VectorActions(VectorEnv env, Space? space, Action<Columns, Columns> map)
        : base(env, null, space) => (_inner, _map) = (env.CreateActions(), map);

    /// <summary>One that does to the action of each lane what a wrapper of single environments does to its own.</summary>
    public VectorActions(VectorEnv env, LaneTransform transform)
        : this(env, transform.Space, (source, target) => transform.ApplyToLanes(source, target, default))
    {
    }

    /// <summary>None: the function is given actions of the space.</summary>
    public override DType? WidestActionDType => null;

    internal override bool IsStateless => true;

    internal override bool KeepsObservations => true;

    /// <inheritdoc/>
    protected override void OnStepExact(Columns actions, VectorStep result) => StepCast(actions, result);

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        _map(actions, _inner);
        Inner.Step(_inner, result);
    }
}
