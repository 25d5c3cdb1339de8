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
    public static Env Wrap(Env env, double minObservation, double maxObservation)
    {
        var box = env.ObservationSpace as Box
            ?? throw new ArgumentException($"RescaleObservation requires a Box observation space, got {env.ObservationSpace}", nameof(env));
        var rescaling = new BoxRescaling(box, minObservation, maxObservation);
        return env.Accept(new NaturalObservation<NDArray>(
            observation => rescaling.Forward((NDArray)observation), rescaling.Space, nameof(RescaleObservation)));
    }
}
