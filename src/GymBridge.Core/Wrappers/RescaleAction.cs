using GymBridge.Spaces;
using GymBridge.Values;
using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Takes actions in a range and maps them to the bounds of the action space.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="minAction">Least action outside.</param>
    /// <param name="maxAction">Greatest action outside.</param>
    /// <exception cref="ArgumentException">The actions are no bounded Box, or the least is not below the greatest.</exception>
    public static Env RescaleAction(this Env env, double minAction, double maxAction) => Wrappers.RescaleAction.Wrap(env, minAction, maxAction);

    /// <inheritdoc cref="RescaleAction(Env, double, double)"/>
    public static Env<TObservation, NDArray> RescaleAction<TObservation, TAction>(this Env<TObservation, TAction> env, double minAction, double maxAction) =>
        (Env<TObservation, NDArray>)((Env)env).RescaleAction(minAction, maxAction);

    /// <inheritdoc cref="RescaleAction(Env, double, double)"/>
    public static VectorEnv RescaleAction(this VectorEnv env, double minAction, double maxAction) =>
        new VectorActions(env, Wrappers.RescaleAction.Transform(env.SingleActionSpace, minAction, maxAction));
}

/// <summary>Moves array actions from given bounds to those of the action space. Source: <c>gymnasium/wrappers/transform_action.py</c> 1.4.0.</summary>
internal static class RescaleAction
{
    /// <summary>Wraps an environment whose actions are a Box of floats.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="minAction">Lower bound of every element outside.</param>
    /// <param name="maxAction">Upper bound of every element outside, above the lower.</param>
    /// <exception cref="ArgumentException">The actions are no Box of floats, or the bounds do not fit.</exception>
    public static Env Wrap(Env env, double minAction, double maxAction) =>
        env.Accept(new LaneAction<NDArray>(Transform(env.ActionSpace, minAction, maxAction), nameof(RescaleAction)));

    /// <summary>The arithmetic, for the vector wrapper too.</summary>
    internal static ArrayTransform Transform(Space space, double minAction, double maxAction)
    {
        var box = space as Box ?? throw new ArgumentException($"RescaleAction requires a Box action space, got {space}", nameof(space));
        return minAction != maxAction
            ? new BoxRescaling(box, minAction, maxAction).Backward
            : throw new ArgumentException(
                $"Min action ({PythonText.Repr(minAction)}) must be strictly smaller than max action ({PythonText.Repr(maxAction)}), the rescaling has no inverse where they are equal",
                nameof(minAction));
    }
}
