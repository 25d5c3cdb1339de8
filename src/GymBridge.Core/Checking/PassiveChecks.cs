using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Checking;

/// <summary>What can be said of an environment by only looking on: shared by <see cref="EnvChecker"/> and <see cref="Wrappers.PassiveEnvChecker{TObservation, TAction}"/>.</summary>
/// <remarks>What the C# types already guarantee (five results, info, flags) needs no check. Source:
/// <c>gymnasium/utils/passive_env_checker.py</c> 1.4.0; its assertions are <see cref="GymBridgeException"/>s here.</remarks>
internal static class PassiveChecks
{
    /// <summary>Checks a space.</summary>
    /// <param name="space">The space.</param>
    /// <param name="kind">What it is of: action or observation.</param>
    /// <param name="warn">Takes what is questionable.</param>
    /// <exception cref="GymBridgeException">A tuple or dict is empty.</exception>
    public static void CheckSpace(Space space, string kind, Action<string> warn)
    {
        switch (space)
        {
            case Box box when HasEqualBounds(box):
                warn($"A Box {kind} space maximum and minimum values are equal.");
                break;
            case TupleSpace tuple:
                ThrowIfEmpty(tuple.Spaces.Length, "Tuple", kind);
                foreach (var inner in tuple.Spaces)
                {
                    CheckSpace(inner, kind, warn);
                }

                break;
            case DictSpace dict:
                ThrowIfEmpty(dict.Spaces.Length, "Dict", kind);
                foreach (var (_, inner) in dict.Spaces)
                {
                    CheckSpace(inner, kind, warn);
                }

                break;
        }
    }

    /// <summary>Checks an observation.</summary>
    /// <param name="env">The environment that gave it.</param>
    /// <param name="observation">The observation, as it was given.</param>
    /// <param name="method">The method that gave it: reset or step.</param>
    /// <param name="warn">Takes what is questionable.</param>
    public static void CheckObservation<TObservation, TAction>(
        Env<TObservation, TAction> env, TObservation observation, string method, Action<string> warn)
    {
        var pre = $"The obs returned by the `{method}()` method";
        if (env.ObservationSpace is Box box && observation is NDArray array && array.DType != box.DType)
        {
            warn($"{pre} was expecting numpy array dtype to be {box.DType.Name()}, actual type: {array.DType.Name()}");
        }

        try
        {
            // Typed values have to be brought into the form of the space, natural ones are looked at as they are.
            object? natural = observation is ValueType or Array ? env.ToNatural(observation) : observation;
            if (!env.ObservationSpace.Contains(natural))
            {
                warn($"{pre} is not within the observation space.");
            }
        }
        catch (ArgumentException exception)
        {
            warn($"{pre} is not within the observation space with exception: {exception.Message}");
        }
    }

    /// <summary>Checks a reward.</summary>
    public static void CheckReward(double reward, Action<string> warn)
    {
        if (double.IsNaN(reward))
        {
            warn("The reward is a NaN value.");
        }

        if (double.IsInfinity(reward))
        {
            warn("The reward is an inf value.");
        }
    }

    /// <summary>Checks that what two calls gave shares no object that can change.</summary>
    public static void CheckReuse(
        (object? Observation, Info Info) previous, (object? Observation, Info Info) next, string previousSource, string source, Action<string> warn)
    {
        if (SharesObjects(previous.Observation, next.Observation))
        {
            warn($"The observations returned by `{previousSource}` and the following `{source}` share an object, therefore, modifying one will modify the other. Environments should return new observation data on every call as users commonly keep the data returned to them.");
        }

        if (SharesObjects(previous.Info, next.Info))
        {
            warn($"The infos returned by `{previousSource}` and the following `{source}` share an object, therefore, modifying one will modify the other. Environments should return new info data on every call as users commonly keep the data returned to them.");
        }
    }

    /// <summary>Checks the declared render modes and the speed.</summary>
    /// <exception cref="GymBridgeException">The speed is not positive, or the environment has a mode that it does not declare.</exception>
    public static void CheckRenderModes(Env env, Action<string> warn)
    {
        var metadata = env.Metadata;
        if (!metadata.RenderModes.IsEmpty && metadata.RenderFps is null)
        {
            warn("No render fps was declared in the environment (env.metadata['render_fps'] is None or not defined), rendering may occur at inconsistent fps.");
        }

        if (metadata.RenderFps <= 0)
        {
            throw new GymBridgeException($"Expects the `env.metadata['render_fps']` to be greater than zero, actual value: {PythonText.Repr(metadata.RenderFps.Value)}");
        }

        if (env.RenderMode is { } mode && !metadata.RenderModes.Contains(mode))
        {
            throw new GymBridgeException(
                metadata.RenderModes.IsEmpty
                    ? $"With no render_modes, expects the Env.render_mode to be None, actual value: {mode}"
                    : $"The environment was initialized successfully however with an unsupported render mode. Render mode: {mode}, modes: {PythonText.Repr(metadata.RenderModes.Cast<object?>().ToList())}");
        }
    }

    /// <summary>Checks a frame against the mode that it was rendered in.</summary>
    public static void CheckFrame(string mode, object? frame, Action<string> warn)
    {
        switch (mode)
        {
            case "human" when frame is not null:
                warn($"Human rendering should return `None`, got {TypeOf(frame)}");
                break;
            case "rgb_array":
                CheckColours(frame, warn);
                break;
            case "depth_array" when frame is not NDArray:
                warn($"Depth-array rendering should return a numpy array, got {TypeOf(frame)}");
                break;
            case "depth_array" when frame is NDArray { Shape.Length: not 2 } depth:
                warn($"Depth-array rendering should return a numpy array with two axes, got {depth.Shape.Length}");
                break;
            case "ansi" or "ascii" when frame is not string:
                warn($"ANSI/ASCII rendering should produce a string, got {TypeOf(frame)}");
                break;
            default:
                if (mode.EndsWith("_list", StringComparison.Ordinal))
                {
                    CheckFrames(mode, frame, warn);
                }

                break;
        }
    }

    private static void CheckColours(object? frame, Action<string> warn)
    {
        if (frame is not NDArray array)
        {
            warn($"RGB-array rendering should return a numpy array, got {TypeOf(frame)}");
            return;
        }

        if (array.DType != DType.UInt8)
        {
            warn($"RGB-array rendering should return a numpy array with dtype uint8, got {array.DType.Name()}");
        }

        if (array.Shape.Length != 3)
        {
            warn($"RGB-array rendering should return a numpy array with three axes, got {array.Shape.Length}");
        }
        else if (array.Shape[2] != 3)
        {
            warn($"RGB-array rendering should return a numpy array in which the last axis has three dimensions, got {array.Shape[2]}");
        }
    }

    private static void CheckFrames(string mode, object? frames, Action<string> warn)
    {
        if (frames is not List<object?> list)
        {
            warn($"Render mode `{mode}` should produce a list, got {TypeOf(frames)}");
            return;
        }

        foreach (var frame in list)
        {
            CheckFrame(mode[..^"_list".Length], frame, warn);
        }
    }

    private static bool SharesObjects(object? a, object? b) => (a, b) switch
    {
        (Info x, Info y) => (ReferenceEquals(x, y) && !ReferenceEquals(x, Info.Empty))
            || x.Any(item => y.TryGetValue(item.Key, out var other) && SharesObjects(item.Value, other)),
        (TupleValue x, TupleValue y) => x.Zip(y).Any(pair => SharesObjects(pair.First, pair.Second)),
        (NDArray x, NDArray y) => ReferenceEquals(x, y),
        (Array x, Array y) => ReferenceEquals(x, y),
        _ => false,
    };

    private static bool HasEqualBounds(Box box)
    {
        for (var i = 0; i < box.Low.Length; i++)
        {
            if (BoxNumbers.Compare(box.Low, i, box.High, i) == 0)
            {
                return true;
            }
        }

        return false;
    }

    private static string TypeOf(object? value) => value?.GetType().Name ?? "None";

    private static void ThrowIfEmpty(int count, string name, string kind)
    {
        if (count == 0)
        {
            throw new GymBridgeException($"An empty {name} {kind} space is not allowed.");
        }
    }
}
