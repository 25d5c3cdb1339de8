using GymBridge.Spaces;
using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Gives colour images in gray.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="keepDim">Whether images keep a last dimension of 1.</param>
    /// <exception cref="ArgumentException">The observations are no uint8 images of three colours.</exception>
    public static Env GrayscaleObservation(this Env env, bool keepDim = false) => Wrappers.GrayscaleObservation.Wrap(env, keepDim);

    /// <inheritdoc cref="GrayscaleObservation(Env, bool)"/>
    public static Env<NDArray, TAction> GrayscaleObservation<TObservation, TAction>(this Env<TObservation, TAction> env, bool keepDim = false) =>
        (Env<NDArray, TAction>)((Env)env).GrayscaleObservation(keepDim);

    /// <inheritdoc cref="GrayscaleObservation(Env, bool)"/>
    public static VectorEnv GrayscaleObservation(this VectorEnv env, bool keepDim = false) =>
        new VectorObservations(env, Wrappers.GrayscaleObservation.Transform(env.SingleObservationSpace, keepDim));
}

/// <summary>Gives colour images as shades of gray. Source: <c>gymnasium/wrappers/transform_observation.py</c> 1.4.0.</summary>
internal static class GrayscaleObservation
{
    // Luma of linear RGB (ITU-R BT.709, as scikit-image rounds it).
    private const double Red = 0.2125;
    private const double Green = 0.7154;
    private const double Blue = 0.0721;

    /// <summary>Wraps an environment whose observations are uint8 images (height, width, 3) from 0 to 255.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="keepDim">Whether images keep a channel: shape (height, width, 1) instead of (height, width).</param>
    /// <exception cref="ArgumentException">The observations are other than that.</exception>
    public static Env Wrap(Env env, bool keepDim = false) =>
        env.Accept(new LaneObservation<NDArray>(Transform(env.ObservationSpace, keepDim), nameof(GrayscaleObservation)));

    /// <summary>The arithmetic, for the vector wrapper too.</summary>
    internal static ArrayTransform Transform(Space space, bool keepDim)
    {
        var box = space as Box ?? throw new ArgumentException($"GrayscaleObservation requires a Box observation space, got {space}", nameof(space));
        if (box.Shape is not [var height, var width, 3])
        {
            throw new ArgumentException(
                $"GrayscaleObservation requires an image with 3 channels, got shape {NDArray.ShapeText(box.Shape)}", nameof(space));
        }

        return ImageSpace.IsByteImage(box)
            ? new Luma(ImageSpace.Of(keepDim ? [height, width, 1] : [height, width]))
            : throw new ArgumentException($"GrayscaleObservation requires observation bounds 0 to 255 and dtype uint8, got {box}", nameof(space));
    }

    private sealed class Luma(Space space) : ArrayTransform(space)
    {
        public override void Apply(ReadOnlySpan<byte> source, Span<byte> target)
        {
            for (var i = 0; i < target.Length; i++)
            {
                var pixel = source.Slice(i * 3, 3);
                target[i] = (byte)((pixel[0] * Red) + (pixel[1] * Green) + (pixel[2] * Blue));
            }
        }
    }
}
