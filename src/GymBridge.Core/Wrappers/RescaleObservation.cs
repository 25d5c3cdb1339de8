using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>Moves array observations from their bounds to other ones. Source: <c>gymnasium/wrappers/transform_observation.py</c> 1.4.0.</summary>
public static class RescaleObservation
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
