namespace GymBridge.Wrappers.Vector;

/// <summary>Moves the array observation of each lane from its bounds to other ones.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/vector/vectorize_observation.py</c> 1.4.0.</remarks>
public sealed class RescaleObservation : VectorizedObservation
{
    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment.</param>
    /// <param name="minObservation">New lower bound of every element.</param>
    /// <param name="maxObservation">New upper bound of every element.</param>
    /// <exception cref="ArgumentException">The observations are no Box of floats, an element is unbounded where the new bounds are not, or the autoreset mode is SameStep.</exception>
    public RescaleObservation(VectorEnv env, double minObservation, double maxObservation)
        : base(env, Wrappers.RescaleObservation.Transform(env.SingleObservationSpace, minObservation, maxObservation))
    {
    }
}
