using System.Runtime.InteropServices;
using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>Takes array actions as the numbers of equal bins, whose centres go to the environment.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/transform_action.py</c> 1.4.0.</remarks>
public static class DiscretizeAction
{
    /// <summary>Wraps an environment whose actions are a bounded Box; outside, an action is one <see cref="Discrete"/> number.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="bins">Number of bins of each element, or one number for all; positive.</param>
    /// <exception cref="ArgumentException">The actions are no bounded Box, or the numbers of bins do not fit.</exception>
    public static Env Wrap(Env env, params ReadOnlySpan<int> bins) =>
        env.Accept(new LaneAction<long>(Transform(env.ActionSpace, bins, false), nameof(DiscretizeAction)));

    /// <summary>Wraps an environment whose actions are a bounded Box; outside, an action has one number for each element.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="bins">Number of bins of each element, or one number for all; positive.</param>
    /// <exception cref="ArgumentException">The actions are no bounded Box, or the numbers of bins do not fit.</exception>
    public static Env WrapMultiDiscrete(Env env, params ReadOnlySpan<int> bins) =>
        env.Accept(new LaneAction<NDArray>(Transform(env.ActionSpace, bins, true), nameof(DiscretizeAction)));

    private static Centre Transform(Space space, ReadOnlySpan<int> bins, bool multidiscrete)
    {
        var box = space as Box ?? throw new ArgumentException($"DiscretizeAction is only compatible with Box continuous actions, got {space}", nameof(space));
        return new Centre(box, new BoxBins(box, bins, "action"), multidiscrete);
    }

    private sealed class Centre(Box box, BoxBins bins, bool multidiscrete) : ArrayTransform(bins.Space(multidiscrete))
    {
        public override void Apply(ReadOnlySpan<byte> source, Span<byte> target)
        {
            var numbers = MemoryMarshal.Cast<byte, long>(source);
            var rest = numbers[0];
            for (var i = bins.Length - 1; i >= 0; i--)
            {
                var number = multidiscrete ? numbers[i] : rest % bins.Count(i);
                rest /= bins.Count(i);
                var edges = bins.Edges(i).Slice((int)Math.Clamp(number, 0, bins.Count(i) - 1), 2);
                BoxNumbers.Store(target, box.DType, i, NumPyPromotion.Round(0.5 * NumPyPromotion.Round(edges[0] + edges[1], bins.Type), bins.Type));
            }
        }
    }
}
