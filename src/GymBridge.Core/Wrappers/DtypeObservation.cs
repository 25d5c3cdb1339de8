using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>Gives observations another element type. Source: <c>gymnasium/wrappers/transform_observation.py</c> 1.4.0.</summary>
public static class DtypeObservation
{
    /// <summary>Wraps an environment whose observations are a Box, Discrete, MultiDiscrete or MultiBinary.</summary>
    /// <exception cref="ArgumentException">The observations are of another kind.</exception>
    public static Env Wrap(Env env, DType dtype)
    {
        Space space = env.ObservationSpace switch
        {
            Box box => Recast(box, dtype),
            Discrete discrete => new Box(discrete.Start, discrete.Start + discrete.N - 1, [], dtype),
            MultiDiscrete multi => new MultiDiscrete(Integers(multi.NVec, multi), Integers(multi.Start, multi), dtype),
            MultiBinary multi => new Box(0, 1, multi.Shape, dtype),
            var other => throw new ArgumentException(
                $"DtypeObservation requires a Box, Discrete, MultiDiscrete, or MultiBinary space, got {other}", nameof(env)),
        };
        return env.Accept(new NaturalObservation<NDArray>(
            observation => NumPyPromotion.Cast(observation as NDArray ?? NDArray.From<long>([(long)observation], []), dtype), space, nameof(DtypeObservation)));
    }

    private static Box Recast(Box box, DType dtype) => new(
        NumPyPromotion.Cast(box.Low, dtype), NumPyPromotion.Cast(box.High, dtype), box.BoundedBelow.ToArray(), box.BoundedAbove.ToArray());

    private static NDArray Integers(ReadOnlySpan<long> values, MultiDiscrete multi) => NDArray.From(values, multi.Shape);
}
