using System.Runtime.InteropServices;
using GymBridge.Spaces;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Gives the number of the bin in which an observation lies.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="bins">Bins in each dimension, or one number for all.</param>
    /// <exception cref="ArgumentException">The observations are no bounded Box, or the bins do not fit it.</exception>
    public static Env DiscretizeObservation(this Env env, params ReadOnlySpan<int> bins) => Wrappers.DiscretizeObservation.Wrap(env, bins);

    /// <inheritdoc cref="DiscretizeObservation(Env, ReadOnlySpan{int})"/>
    public static Env<long, TAction> DiscretizeObservation<TObservation, TAction>(this Env<TObservation, TAction> env, params ReadOnlySpan<int> bins) =>
        (Env<long, TAction>)((Env)env).DiscretizeObservation(bins);

    /// <summary>Gives for each dimension the number of the bin in which an observation lies.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="bins">Bins in each dimension, or one number for all.</param>
    /// <exception cref="ArgumentException">The observations are no bounded Box, or the bins do not fit it.</exception>
    public static Env DiscretizeObservationMulti(this Env env, params ReadOnlySpan<int> bins) => Wrappers.DiscretizeObservation.WrapMultiDiscrete(env, bins);

    /// <inheritdoc cref="DiscretizeObservationMulti(Env, ReadOnlySpan{int})"/>
    public static Env<NDArray, TAction> DiscretizeObservationMulti<TObservation, TAction>(this Env<TObservation, TAction> env, params ReadOnlySpan<int> bins) =>
        (Env<NDArray, TAction>)((Env)env).DiscretizeObservationMulti(bins);
}

/// <summary>Gives array observations as the numbers of equal bins. Source: <c>gymnasium/wrappers/transform_observation.py</c> 1.4.0.</summary>
internal static class DiscretizeObservation
{
    // Keeps an observation at its upper bound inside the last bin.
    private const double Margin = 1e-8;

    /// <summary>Wraps an environment whose observations are a bounded Box; the new ones are one <see cref="Discrete"/> number.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="bins">Number of bins of each element, or one number for all; positive.</param>
    /// <exception cref="ArgumentException">The observations are no bounded Box, or the numbers of bins do not fit.</exception>
    public static Env Wrap(Env env, params ReadOnlySpan<int> bins) =>
        env.Accept(new LaneObservation<long>(Transform(env.ObservationSpace, bins, false), nameof(DiscretizeObservation)));

    /// <summary>Wraps an environment whose observations are a bounded Box; the new ones are one number for each element.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="bins">Number of bins of each element, or one number for all; positive.</param>
    /// <exception cref="ArgumentException">The observations are no bounded Box, or the numbers of bins do not fit.</exception>
    public static Env WrapMultiDiscrete(Env env, params ReadOnlySpan<int> bins) =>
        env.Accept(new LaneObservation<NDArray>(Transform(env.ObservationSpace, bins, true), nameof(DiscretizeObservation)));

    private static Digitize Transform(Space space, ReadOnlySpan<int> bins, bool multidiscrete)
    {
        var box = space as Box ?? throw new ArgumentException(
            $"DiscretizeObservation is only compatible with Box continuous observations, got {space}", nameof(space));
        return new Digitize(box, new BoxBins(box, bins, "observation"), multidiscrete);
    }

    private sealed class Digitize(Box box, BoxBins bins, bool multidiscrete) : ArrayTransform(bins.Space(multidiscrete))
    {
        public override void Apply(ReadOnlySpan<byte> source, Span<byte> target)
        {
            var numbers = MemoryMarshal.Cast<byte, long>(target);
            var flat = 0L;
            for (var i = 0; i < bins.Length; i++)
            {
                var number = Bin(BoxNumbers.Load(source, box.DType, i), i);
                flat = (flat * bins.Count(i)) + number;
                numbers[multidiscrete ? i : 0] = multidiscrete ? number : flat;
            }
        }

        private long Bin(double value, int element)
        {
            var high = NumPyPromotion.Round(BoxNumbers.Load(box.High, element) - Margin, bins.Type);
            var clipped = Math.Min(Math.Max(value, BoxNumbers.Load(box.Low, element)), high);
            var inner = bins.Edges(element)[1..^1];
            var number = 0;
            while (number < inner.Length && !(inner[number] > clipped))
            {
                number++;
            }

            return number;
        }
    }
}
