namespace GymBridge.Wrappers.Vector;

/// <summary>Gives the array observation of each lane another shape.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/vector/vectorize_observation.py</c> 1.4.0.</remarks>
public sealed class ReshapeObservation : VectorizedObservation
{
    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment.</param>
    /// <param name="shape">The new shape, with as many elements.</param>
    /// <exception cref="ArgumentException">The observations are no Box, the shape has another number of elements, or the autoreset mode is SameStep.</exception>
    public ReshapeObservation(VectorEnv env, params ReadOnlySpan<int> shape)
        : base(env, Wrappers.ReshapeObservation.Transform(env.SingleObservationSpace, shape))
    {
    }
}
