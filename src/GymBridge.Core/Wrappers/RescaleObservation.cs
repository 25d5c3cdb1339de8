using GymBridge.Spaces;
using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Maps observations from the bounds of their space to a range.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="minObservation">Least observation outside.</param>
    /// <param name="maxObservation">Greatest observation outside.</param>
    /// <exception cref="ArgumentException">The observations are no bounded Box, or the least is not below the greatest.</exception>
    public static Env RescaleObservation(this Env env, double minObservation, double maxObservation) =>
        Wrappers.RescaleObservation.Wrap(env, minObservation, maxObservation);

    /// <inheritdoc cref="RescaleObservation(Env, double, double)"/>
    public static Env<NDArray, TAction> RescaleObservation<TObservation, TAction>(
        this Env<TObservation, TAction> env, double minObservation, double maxObservation) =>
        (Env<NDArray, TAction>)((Env)env).RescaleObservation(minObservation, maxObservation);

    /// <inheritdoc cref="RescaleObservation(Env, double, double)"/>
    public static VectorEnv RescaleObservation(this VectorEnv env, double minObservation, double maxObservation) =>
        new VectorObservations(env, Wrappers.RescaleObservation.Transform(env.SingleObservationSpace, minObservation, maxObservation));
}

/// <summary>Moves array observations from their bounds to other ones. Source: <c>gymnasium/wrappers/transform_observation.py</c> 1.4.0.</summary>
internal static class RescaleObservation
{
    /// <summary>Wraps an environment whose observations are a Box of floats.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="minObservation">New lower bound of every element.</param>
    /// <param name="maxObservation">New upper bound of every element.</param>
    /// <exception cref="ArgumentException">The observations are no Box of floats, or an element is unbounded where the new bounds are not.</exception>
    public static Env Wrap(Env env, double minObservation, double maxObservation) =>
        env.Accept(new LaneObservation<NDArray>(Transform(env.ObservationSpace, minObservation, maxObservation), nameof(RescaleObservation)));

    /// <summary>The arithmetic, for the vector wrapper too.</summary>
    internal static ArrayTransform Transform(Space space, double minObservation, double maxObservation)
    {
        var box = space as Box ?? throw new ArgumentException($"RescaleObservation requires a Box observation space, got {space}", nameof(space));
        return new BoxRescaling(box, minObservation, maxObservation).Forward;
    }
}
