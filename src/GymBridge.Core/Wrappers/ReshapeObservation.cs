using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>Gives array observations another shape. Source: <c>gymnasium/wrappers/transform_observation.py</c> 1.4.0.</summary>
public static class ReshapeObservation
{
    /// <summary>Wraps an environment with Box observations.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="shape">The new shape, with as many elements.</param>
    /// <exception cref="ArgumentException">The observations are no Box, or the shape has another number of elements.</exception>
    public static Env Wrap(Env env, params ReadOnlySpan<int> shape)
    {
        var box = env.ObservationSpace as Box
            ?? throw new ArgumentException($"ReshapeObservation requires a Box observation space, got {env.ObservationSpace}", nameof(env));
        var extents = shape.ToArray();
        if (extents.Aggregate(1L, (product, extent) => product * extent) != box.Low.Length || extents.Any(extent => extent <= 0))
        {
            throw new ArgumentException(
                $"ReshapeObservation requires the product of the new shape to match the original shape, got {NDArray.ShapeText(shape)} for {NDArray.ShapeText(box.Shape)}",
                nameof(shape));
        }

        var space = new Box(Reshape(box.Low), Reshape(box.High), box.BoundedBelow.ToArray(), box.BoundedAbove.ToArray());
        return env.Accept(new NaturalObservation<NDArray>(observation => Reshape((NDArray)observation), space, nameof(ReshapeObservation)));

        NDArray Reshape(NDArray array) => NDArray.FromBytes(array.DType, extents, array.Bytes);
    }
}
