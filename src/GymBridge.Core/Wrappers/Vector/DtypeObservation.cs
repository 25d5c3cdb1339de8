namespace GymBridge.Wrappers.Vector;

/// <summary>Gives the observation of each lane another element type.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/vector/vectorize_observation.py</c> 1.4.0.</remarks>
public sealed class DtypeObservation : VectorizedObservation
{
    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment.</param>
    /// <param name="dtype">The new element type.</param>
    /// <exception cref="ArgumentException">The observations are no Box, Discrete, MultiDiscrete or MultiBinary, or the autoreset mode is SameStep.</exception>
    public DtypeObservation(VectorEnv env, DType dtype)
        : base(env, Wrappers.DtypeObservation.Transform(env.SingleObservationSpace, dtype))
    {
    }
}
