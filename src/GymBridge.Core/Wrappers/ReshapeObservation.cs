using GymBridge.Spaces;
using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Gives array observations another shape with as many elements.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="shape">The new shape.</param>
    /// <exception cref="ArgumentException">The observations are no Box, or have another number of elements.</exception>
    public static Env ReshapeObservation(this Env env, params ReadOnlySpan<int> shape) => Wrappers.ReshapeObservation.Wrap(env, shape);

    /// <inheritdoc cref="ReshapeObservation(Env, ReadOnlySpan{int})"/>
    public static Env<NDArray, TAction> ReshapeObservation<TObservation, TAction>(this Env<TObservation, TAction> env, params ReadOnlySpan<int> shape) =>
        (Env<NDArray, TAction>)((Env)env).ReshapeObservation(shape);

    /// <inheritdoc cref="ReshapeObservation(Env, ReadOnlySpan{int})"/>
    public static VectorEnv ReshapeObservation(this VectorEnv env, params ReadOnlySpan<int> shape) =>
        new VectorObservations(env, Wrappers.ReshapeObservation.Transform(env.SingleObservationSpace, shape));
}

/// <summary>Gives array observations another shape. Source: <c>gymnasium/wrappers/transform_observation.py</c> 1.4.0.</summary>
internal static class ReshapeObservation
{
    /// <summary>Wraps an environment with Box observations.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="shape">The new shape, with as many elements.</param>
    /// <exception cref="ArgumentException">The observations are no Box, or the shape has another number of elements.</exception>
    public static Env Wrap(Env env, params ReadOnlySpan<int> shape) =>
        env.Accept(new LaneObservation<NDArray>(Transform(env.ObservationSpace, shape), nameof(ReshapeObservation)));

    /// <summary>The arithmetic, for the vector wrapper too.</summary>
    internal static ArrayTransform Transform(Space space, ReadOnlySpan<int> shape)
    {
        var box = space as Box ?? throw new ArgumentException($"ReshapeObservation requires a Box observation space, got {space}", nameof(space));
        var extents = shape.ToArray();
        if (extents.Aggregate(1L, (product, extent) => product * extent) != box.Low.Length || extents.Any(extent => extent <= 0))
        {
            throw new ArgumentException(
                $"ReshapeObservation requires the product of the new shape to match the original shape, got {NDArray.ShapeText(shape)} for {NDArray.ShapeText(box.Shape)}",
                nameof(shape));
        }

        return new Copy(new Box(Reshape(box.Low), Reshape(box.High), box.BoundedBelow.ToArray(), box.BoundedAbove.ToArray()));

        NDArray Reshape(NDArray array) => NDArray.FromBytes(array.DType, extents, array.Bytes);
    }

    private sealed class Copy(Space space) : ArrayTransform(space)
    {
        public override void Apply(ReadOnlySpan<byte> source, Span<byte> target) => source.CopyTo(target);
    }
}
