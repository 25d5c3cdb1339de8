using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>Gives observations as one array of numbers. Source: <c>gymnasium/wrappers/transform_observation.py</c> 1.4.0.</summary>
public static class FlattenObservation
{
    /// <summary>Wraps an environment; its observations become float or integer <see cref="NDArray"/>s of one dimension.</summary>
    /// <exception cref="NotSupportedException">The observations hold a sequence or graph.</exception>
    public static Env Wrap(Env env)
    {
        _ = SpaceFlattening.FlatDimension(env.ObservationSpace);
        var space = env.ObservationSpace;
        return env.Accept(new NaturalObservation<NDArray>(
            observation => (NDArray)SpaceFlattening.Flatten(space, observation), SpaceFlattening.FlattenSpace(space), nameof(FlattenObservation)));
    }
}
