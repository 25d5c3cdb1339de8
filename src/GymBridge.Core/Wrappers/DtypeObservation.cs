using GymBridge.Spaces;
using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Gives observations another element type.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="dtype">The new element type.</param>
    /// <exception cref="ArgumentException">The observations are no Box, Discrete, MultiDiscrete or MultiBinary.</exception>
    public static Env DtypeObservation(this Env env, DType dtype) => Wrappers.DtypeObservation.Wrap(env, dtype);

    /// <inheritdoc cref="DtypeObservation(Env, DType)"/>
    public static Env<NDArray, TAction> DtypeObservation<TObservation, TAction>(this Env<TObservation, TAction> env, DType dtype) =>
        (Env<NDArray, TAction>)((Env)env).DtypeObservation(dtype);

    /// <inheritdoc cref="DtypeObservation(Env, DType)"/>
    public static VectorEnv DtypeObservation(this VectorEnv env, DType dtype) =>
        new VectorObservations(env, Wrappers.DtypeObservation.Transform(env.SingleObservationSpace, dtype));
}

/// <summary>Gives observations another element type. Source: <c>gymnasium/wrappers/transform_observation.py</c> 1.4.0.</summary>
internal static class DtypeObservation
{
    /// <summary>Wraps an environment whose observations are a Box, Discrete, MultiDiscrete or MultiBinary.</summary>
    /// <exception cref="ArgumentException">The observations are of another kind.</exception>
    public static Env Wrap(Env env, DType dtype) =>
        env.Accept(new LaneObservation<NDArray>(Transform(env.ObservationSpace, dtype), nameof(DtypeObservation)));

    /// <summary>The arithmetic, for the vector wrapper too.</summary>
    internal static ArrayTransform Transform(Space space, DType dtype) => new Cast(
        space switch
        {
            Box box => Recast(box, dtype),
            Discrete discrete => new Box(discrete.Start, discrete.Start + discrete.N - 1, [], dtype),
            MultiDiscrete multi => new MultiDiscrete(Integers(multi.NVec, multi), Integers(multi.Start, multi), dtype),
            MultiBinary multi => new Box(0, 1, multi.Shape, dtype),
            var other => throw new ArgumentException(
                $"DtypeObservation requires a Box, Discrete, MultiDiscrete, or MultiBinary space, got {other}", nameof(space)),
        },
        space.Leaves[0].DType,
        dtype);

    private static Box Recast(Box box, DType dtype) => new(
        NumPyPromotion.Cast(box.Low, dtype), NumPyPromotion.Cast(box.High, dtype), box.BoundedBelow.ToArray(), box.BoundedAbove.ToArray());

    private static NDArray Integers(ReadOnlySpan<long> values, MultiDiscrete multi) => NDArray.From(values, multi.Shape);

    private sealed class Cast(Space space, DType from, DType to) : ArrayTransform(space)
    {
        public override void Apply(ReadOnlySpan<byte> source, Span<byte> target) => NumPyPromotion.Cast(source, from, target, to);
    }
}
