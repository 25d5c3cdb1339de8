namespace GymBridge.Torch.Managed;

/// <summary>
/// TensorBoard's histogram: limits grow by a tenth from 1e-12 to 1e20, mirrored at zero, and the empty ends are cut off. A bucket reaches from
/// the limit before it up to its own; the first is empty and only says where the second starts. Source: PyTorch,
/// torch/utils/tensorboard/summary.py, make_histogram.
/// </summary>
internal sealed class HistogramBuckets
{
    private static readonly double[] Limits = MakeLimits();

    private HistogramBuckets(double[] limits, double[] counts)
    {
        Right = limits;
        Counts = counts;
    }

    public double[] Right { get; }

    public double[] Counts { get; }

    public static HistogramBuckets Of(double[] values, long? maxBins)
    {
        var limits = Limits;
        var counts = Count(values, limits);
        if (maxBins is { } most && counts.Length > most)
            (counts, limits) = Thinned(counts, limits, most);
        var first = Array.FindIndex(counts, n => n > 0);
        if (first < 0)
            throw new ArgumentException("The histogram is empty: no value is a number between -1e20 and 1e20.");
        var last = Array.FindLastIndex(counts, n => n > 0);
        return new HistogramBuckets(limits[first..(last + 2)], [first > 0 ? counts[first - 1] : 0, .. counts[first..(last + 1)]]);
    }

    /// <summary>A bin holds its left limit, the last one also its right.</summary>
    private static double[] Count(double[] values, double[] limits)
    {
        var counts = new double[limits.Length - 1];
        foreach (var value in values)
        {
            if (!(value >= limits[0] && value <= limits[^1]))
                continue;
            var at = Array.BinarySearch(limits, value);
            counts[Math.Min(at >= 0 ? at : ~at - 1, counts.Length - 1)]++;
        }
        return counts;
    }

    private static (double[] Counts, double[] Limits) Thinned(double[] counts, double[] limits, long most)
    {
        var step = (int)(counts.Length / Math.Max(most, 1));
        var sums = new double[(counts.Length + step - 1) / step];
        for (var i = 0; i < counts.Length; i++)
            sums[i / step] += counts[i];
        var thinned = new double[sums.Length + 1];
        for (var i = 0; i < sums.Length; i++)
            thinned[i] = limits[i * step];
        thinned[^1] = limits[^1];
        return (sums, thinned);
    }

    private static double[] MakeLimits()
    {
        List<double> positive = [];
        for (var v = 1e-12; v < 1e20; v *= 1.1)
            positive.Add(v);
        return [.. positive.Select(v => -v).Reverse(), 0, .. positive];
    }
}
