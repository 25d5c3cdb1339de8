using System.Runtime.InteropServices;
using GymBridge.Spaces;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Takes a number for a box of actions divided into bins.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="bins">Bins in each dimension, or one number for all.</param>
    /// <exception cref="ArgumentException">The actions are no Box, or the bins do not fit it.</exception>
    public static Env DiscretizeAction(this Env env, params ReadOnlySpan<int> bins) => Wrappers.DiscretizeAction.Wrap(env, bins);

    /// <inheritdoc cref="DiscretizeAction(Env, ReadOnlySpan{int})"/>
    public static Env<TObservation, long> DiscretizeAction<TObservation, TAction>(this Env<TObservation, TAction> env, params ReadOnlySpan<int> bins) =>
        (Env<TObservation, long>)((Env)env).DiscretizeAction(bins);

    /// <summary>Takes a number for each dimension of a box of actions divided into bins.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="bins">Bins in each dimension, or one number for all.</param>
    /// <exception cref="ArgumentException">The actions are no Box, or the bins do not fit it.</exception>
    public static Env DiscretizeActionMulti(this Env env, params ReadOnlySpan<int> bins) => Wrappers.DiscretizeAction.WrapMultiDiscrete(env, bins);

    /// <inheritdoc cref="DiscretizeActionMulti(Env, ReadOnlySpan{int})"/>
    public static Env<TObservation, NDArray> DiscretizeActionMulti<TObservation, TAction>(this Env<TObservation, TAction> env, params ReadOnlySpan<int> bins) =>
        (Env<TObservation, NDArray>)((Env)env).DiscretizeActionMulti(bins);
}

/// <summary>Takes array actions as the numbers of equal bins, whose centres go to the environment.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/transform_action.py</c> 1.4.0.</remarks>
internal static class DiscretizeAction
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
