using GymBridge.Spaces;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Gives frames as observations, or beside them; the environment is reset once to learn their shape.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="renderOnly">Whether frames take the place of observations; else both stand in a dict.</param>
    /// <param name="renderKey">Name of frames in the dict.</param>
    /// <param name="obsKey">Name of observations in the dict; those that are a dict already keep their names.</param>
    /// <exception cref="ArgumentException">The environment has no render mode that gives arrays, or the dict has the name of frames already.</exception>
    public static Env AddRenderObservation(this Env env, bool renderOnly = true, string renderKey = "pixels", string obsKey = "state") => Wrappers.AddRenderObservation.Wrap(env, renderOnly, renderKey, obsKey);
}

/// <summary>Gives frames as observations, or beside them. Source: <c>gymnasium/wrappers/transform_observation.py</c> 1.4.0.</summary>
internal static class AddRenderObservation
{
    /// <summary>Wraps an environment with a render mode that gives arrays; it is reset once to learn their shape.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="renderOnly">Whether frames take the place of observations; else both stand in a dict.</param>
    /// <param name="renderKey">Name of frames in the dict.</param>
    /// <param name="obsKey">Name of observations in the dict; those that are a dict already keep their names.</param>
    /// <exception cref="ArgumentException">There is no such render mode, or the dict has the name of frames already.</exception>
    public static Env Wrap(Env env, bool renderOnly = true, string renderKey = "pixels", string obsKey = "state")
    {
        if (env.RenderMode is null or "human")
        {
            throw new ArgumentException($"AddRenderObservation requires render_mode to be not None and not 'human', got {env.RenderMode ?? "None"}", nameof(env));
        }

        env.ResetObject();
        var frame = Frame(env);
        var pixels = ImageSpace.Of(frame.Shape.AsSpan());
        if (renderOnly)
        {
            return env.Accept(new NaturalObservation<NDArray>(_ => Frame(env), pixels, nameof(AddRenderObservation)));
        }

        if (env.ObservationSpace is not DictSpace dict)
        {
            return env.Accept(new NaturalObservation<Info>(
                observation => new Info { [obsKey] = observation, [renderKey] = Frame(env) },
                new DictSpace(new Dictionary<string, Space> { [obsKey] = env.ObservationSpace, [renderKey] = pixels }),
                nameof(AddRenderObservation)));
        }

        if (dict.Spaces.Any(item => item.Key == renderKey))
        {
            throw new ArgumentException($"AddRenderObservation render_key '{renderKey}' already exists in the observation space", nameof(renderKey));
        }

        var space = dict.SortKeys
            ? new DictSpace(dict.Spaces.Append((renderKey, pixels)).ToDictionary(item => item.Item1, item => item.Item2))
            : new DictSpace([(renderKey, pixels), .. dict.Spaces]) { SortKeys = false };
        return env.Accept(
            new NaturalObservation<Info>(observation => WithFrame((Info)observation, renderKey, Frame(env)), space, nameof(AddRenderObservation)));
    }

    private static NDArray Frame(Env env) => env.Render() is var frame && frame is NDArray array
        ? array
        : throw new ArgumentException($"AddRenderObservation expects env.render() to return a numpy array, got {frame?.GetType().Name ?? "None"}", nameof(env));

    private static Info WithFrame(Info observation, string key, NDArray frame)
    {
        var info = new Info { [key] = frame };
        foreach (var (name, value) in observation)
        {
            info[name] = value;
        }

        return info;
    }
}
