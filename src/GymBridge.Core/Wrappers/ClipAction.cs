using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>Cuts array actions off at the bounds of the action space. Source: <c>gymnasium/wrappers/transform_action.py</c> 1.4.0.</summary>
public static class ClipAction
{
    /// <summary>Wraps an environment whose actions are a Box; outside, actions are unbounded.</summary>
    /// <exception cref="ArgumentException">The actions are no Box.</exception>
    public static Env Wrap(Env env)
    {
        var box = env.ActionSpace as Box ?? throw new ArgumentException($"ClipAction requires a Box action space, got {env.ActionSpace}", nameof(env));
        return env.Accept(new NaturalAction(
            action =>
            {
                var clipped = new NDArray(box.DType, box.Shape);
                for (var i = 0; i < clipped.Length; i++)
                {
                    BoxNumbers.Store(clipped, i, Math.Min(Math.Max(BoxNumbers.Load(action, i), BoxNumbers.Load(box.Low, i)), BoxNumbers.Load(box.High, i)));
                }

                return clipped;
            },
            new Box(double.NegativeInfinity, double.PositiveInfinity, box.Shape, box.DType),
            nameof(ClipAction)));
    }
}
