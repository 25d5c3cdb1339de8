using GymBridge.Spaces;

namespace GymBridge.Wrappers.Vector;

/// <summary>Applies a function to the observation of each lane.</summary>
/// <typeparam name="TInner">Type of an observation inside.</typeparam>
/// <typeparam name="TObservation">Type of an observation outside.</typeparam>
/// <remarks>Source: <c>gymnasium/wrappers/vector/vectorize_observation.py</c> 1.4.0.</remarks>
public sealed class VectorizeTransformObservation<TInner, TObservation> : VectorizedObservation
{
    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment.</param>
    /// <param name="transform">Gives an observation of the space outside.</param>
    /// <param name="singleObservationSpace">The observations of one lane outside.</param>
    /// <exception cref="ArgumentException">The autoreset mode is SameStep, or a type cannot carry values of its space.</exception>
    public VectorizeTransformObservation(VectorEnv env, Func<TInner, TObservation> transform, Space singleObservationSpace)
        : base(env, new FunctionTransform<TInner, TObservation>(env.SingleObservationSpace, singleObservationSpace, singleObservationSpace, transform))
    {
    }
}
