namespace GymBridge.Wrappers.Vector;

/// <summary>Keeps some parts of the dict or tuple observations of each lane.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/vector/vectorize_observation.py</c> 1.4.0.</remarks>
public sealed class FilterObservation : VectorizedObservation
{
    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment.</param>
    /// <param name="keys">The keys of the dict that stay.</param>
    /// <exception cref="ArgumentException">The observations are no dict, a key does not exist or none is left, or the autoreset mode is SameStep.</exception>
    public FilterObservation(VectorEnv env, params ReadOnlySpan<string> keys)
        : base(env, Wrappers.FilterObservation.Transform(env.SingleObservationSpace, keys))
    {
    }

    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment.</param>
    /// <param name="indices">The places in the tuple that stay.</param>
    /// <exception cref="ArgumentException">The observations are no tuple, an index does not exist, comes twice, or none is left, or the autoreset mode is SameStep.</exception>
    public FilterObservation(VectorEnv env, params ReadOnlySpan<int> indices)
        : base(env, Wrappers.FilterObservation.Transform(env.SingleObservationSpace, indices))
    {
    }
}
