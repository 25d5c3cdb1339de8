namespace GymBridge.Wrappers.Vector;

/// <summary>Gives the colour image of each lane in shades of gray.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/vector/vectorize_observation.py</c> 1.4.0.</remarks>
public sealed class GrayscaleObservation : VectorizedObservation
{
    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment.</param>
    /// <param name="keepDim">Whether images keep a channel: shape (height, width, 1) instead of (height, width).</param>
    /// <exception cref="ArgumentException">The observations are no uint8 images (height, width, 3) from 0 to 255, or the autoreset mode is SameStep.</exception>
    public GrayscaleObservation(VectorEnv env, bool keepDim = false)
        : base(env, Wrappers.GrayscaleObservation.Transform(env.SingleObservationSpace, keepDim))
    {
    }
}
