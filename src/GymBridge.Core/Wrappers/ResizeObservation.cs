using GymBridge.Spaces;
using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Gives images another size, as OpenCV's INTER_AREA does.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="height">Height outside, positive.</param>
    /// <param name="width">Width outside, positive.</param>
    /// <exception cref="ArgumentException">The observations are no images, or a size is not positive.</exception>
    public static Env ResizeObservation(this Env env, int height, int width) => Wrappers.ResizeObservation.Wrap(env, height, width);

    /// <inheritdoc cref="ResizeObservation(Env, int, int)"/>
    public static Env<NDArray, TAction> ResizeObservation<TObservation, TAction>(this Env<TObservation, TAction> env, int height, int width) =>
        (Env<NDArray, TAction>)((Env)env).ResizeObservation(height, width);

    /// <inheritdoc cref="ResizeObservation(Env, int, int)"/>
    public static VectorEnv ResizeObservation(this VectorEnv env, int height, int width) =>
        new VectorObservations(env, Wrappers.ResizeObservation.Transform(env.SingleObservationSpace, height, width));
}

/// <summary>Gives images in another size, byte for byte as OpenCV 5.0.0 with <c>INTER_AREA</c>.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/transform_observation.py</c> 1.4.0.</remarks>
internal static class ResizeObservation
{
    /// <summary>Wraps an environment whose observations are uint8 images (height, width) or (height, width, channels) from 0 to 255.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="height">New height, positive.</param>
    /// <param name="width">New width, positive.</param>
    /// <exception cref="ArgumentException">The observations are other than that, or a size is not positive.</exception>
    public static Env Wrap(Env env, int height, int width) =>
        env.Accept(new LaneObservation<NDArray>(Transform(env.ObservationSpace, height, width), nameof(ResizeObservation)));

    /// <summary>The arithmetic, for the vector wrapper too.</summary>
    internal static ArrayTransform Transform(Space space, int height, int width)
    {
        var box = space as Box ?? throw new ArgumentException($"ResizeObservation requires a Box observation space, got {space}", nameof(space));
        if (box.Shape.Length is not (2 or 3))
        {
            throw new ArgumentException($"ResizeObservation requires a 2D or 3D image, got shape {NDArray.ShapeText(box.Shape)}", nameof(space));
        }

        if (!ImageSpace.IsByteImage(box))
        {
            throw new ArgumentException($"ResizeObservation requires observation bounds 0 to 255 and dtype uint8, got {box}", nameof(space));
        }

        if (height <= 0 || width <= 0)
        {
            throw new ArgumentException($"ResizeObservation requires shape elements to be greater than 0, got ({height}, {width})", nameof(height));
        }

        var channels = box.Shape.Length == 3 ? box.Shape[2] : 1;
        return new Resize(
            ImageSpace.Of([height, width, .. box.Shape[2..]]), new ImageResizing((box.Shape[0], box.Shape[1]), (height, width), channels));
    }

    private sealed class Resize(Space space, ImageResizing resizing) : ArrayTransform(space)
    {
        public override void Apply(ReadOnlySpan<byte> source, Span<byte> target) => resizing.Apply(source, target);
    }
}
