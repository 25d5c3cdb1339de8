using GymBridge.Spaces;

namespace GymBridge.Wrappers.Vector;

/// <summary>Applies a function to the action of each lane.</summary>
/// <typeparam name="TAction">Type of an action outside.</typeparam>
/// <typeparam name="TInner">Type of an action inside.</typeparam>
/// <remarks>Source: <c>gymnasium/wrappers/vector/vectorize_action.py</c> 1.4.0.</remarks>
public sealed class VectorizeTransformAction<TAction, TInner> : VectorizedAction
{
    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment.</param>
    /// <param name="transform">Gives the action for the environment inside.</param>
    /// <param name="singleActionSpace">The actions of one lane outside.</param>
    /// <exception cref="ArgumentException">A type cannot carry values of its space.</exception>
    public VectorizeTransformAction(VectorEnv env, Func<TAction, TInner> transform, Space singleActionSpace)
        : base(env, new FunctionTransform<TAction, TInner>(singleActionSpace, env.SingleActionSpace, singleActionSpace, transform))
    {
    }
}
