namespace GymBridge.Wrappers.Vector;

/// <summary>Gives the observation of each lane as one array of numbers.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/vector/vectorize_observation.py</c> 1.4.0.</remarks>
public sealed class FlattenObservation : VectorizedObservation
{
    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment.</param>
    /// <exception cref="ArgumentException">The autoreset mode is SameStep.</exception>
    /// <exception cref="NotSupportedException">The observations hold a sequence or graph.</exception>
    public FlattenObservation(VectorEnv env)
        : base(env, Wrappers.FlattenObservation.Transform(env.SingleObservationSpace))
    {
    }
}
