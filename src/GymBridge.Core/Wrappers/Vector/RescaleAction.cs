namespace GymBridge.Wrappers.Vector;

/// <summary>Moves the array action of each lane from given bounds to those of the action space.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/vector/vectorize_action.py</c> 1.4.0.</remarks>
public sealed class RescaleAction : VectorizedAction
{
    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment.</param>
    /// <param name="minAction">Lower bound of every element outside.</param>
    /// <param name="maxAction">Upper bound of every element outside, above the lower.</param>
    /// <exception cref="ArgumentException">The actions are no Box of floats, or the bounds do not fit.</exception>
    public RescaleAction(VectorEnv env, double minAction, double maxAction)
        : base(env, Wrappers.RescaleAction.Transform(env.SingleActionSpace, minAction, maxAction))
    {
    }
}
