namespace GymBridge.Wrappers.Vector;

/// <summary>Cuts the array action of each lane off at the bounds of the action space; outside, actions are unbounded.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/vector/vectorize_action.py</c> 1.4.0.</remarks>
public sealed class ClipAction : VectorizedAction
{
    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment.</param>
    /// <exception cref="ArgumentException">The actions are no Box.</exception>
    public ClipAction(VectorEnv env)
        : base(env, Wrappers.ClipAction.Transform(env.SingleActionSpace))
    {
    }
}
