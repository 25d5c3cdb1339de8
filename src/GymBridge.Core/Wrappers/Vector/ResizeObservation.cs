namespace GymBridge.Wrappers.Vector;

/// <summary>Gives the image of each lane in another size, byte for byte as OpenCV 5.0.0 with <c>INTER_AREA</c>.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/vector/vectorize_observation.py</c> 1.4.0.</remarks>
public sealed class ResizeObservation : VectorizedObservation
{
    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment.</param>
    /// <param name="height">New height, positive.</param>
    /// <param name="width">New width, positive.</param>
    /// <exception cref="ArgumentException">The observations are no uint8 images from 0 to 255, a size is not positive, or the autoreset mode is SameStep.</exception>
    public ResizeObservation(VectorEnv env, int height, int width)
        : base(env, Wrappers.ResizeObservation.Transform(env.SingleObservationSpace, height, width))
    {
    }
}
