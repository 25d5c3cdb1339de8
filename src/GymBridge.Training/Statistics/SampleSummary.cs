using GymBridge.Seeding;
using MathNet.Numerics.Statistics;

namespace GymBridge.Training.Statistics;

/// <summary>What a few results say together: of runs that differ by their seed alone.</summary>
/// <param name="Count">Number of values.</param>
/// <param name="Mean">Mean of the values.</param>
/// <param name="StandardDeviation">Standard deviation, divided by n - 1; 0 of one value.</param>
/// <param name="Median">Median of the values.</param>
/// <param name="LowerQuartile">A quarter of the values lies below it.</param>
/// <param name="UpperQuartile">Three quarters of the values lie below it.</param>
/// <param name="LowerBound">Lower end of the 95 % confidence interval of the mean.</param>
/// <param name="UpperBound">Its upper end.</param>
/// <remarks>Quartiles are interpolated as NumPy's are. The interval is the bootstrap's percentile interval over <see cref="Resamples"/>
/// samples, as Agarwal et al. 2021 (arXiv:2108.13264, section 4.1) recommend for few runs; it draws from a fixed seed, so that the same
/// values always give the same interval.</remarks>
public sealed record SampleSummary(
    int Count, double Mean, double StandardDeviation, double Median, double LowerQuartile, double UpperQuartile, double LowerBound, double UpperBound)
{
    /// <summary>Samples that the confidence interval is made of.</summary>
    public const int Resamples = 2000;

    private const double Tail = 0.025;

    /// <summary>Third quartile less the first.</summary>
    public double InterquartileRange => UpperQuartile - LowerQuartile;

    /// <summary>Summarises values, in any order.</summary>
    /// <exception cref="ArgumentException">There is no value, or one is NaN.</exception>
    public static SampleSummary Of(IReadOnlyCollection<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0 || values.Any(double.IsNaN))
        {
            throw new ArgumentException($"A summary needs at least one value and no NaN, got [{string.Join(", ", values)}].", nameof(values));
        }

        double[] sorted = [.. values.Order()];
        var means = BootstrapMeans(sorted);
        return new SampleSummary(
            sorted.Length,
            ArrayStatistics.Mean(sorted),
            sorted.Length == 1 ? 0 : ArrayStatistics.StandardDeviation(sorted),
            Quantile(sorted, 0.5),
            Quantile(sorted, 0.25),
            Quantile(sorted, 0.75),
            Quantile(means, Tail),
            Quantile(means, 1 - Tail));
    }

    private static double[] BootstrapMeans(double[] values)
    {
        var rng = new Rng(0);
        var picks = new int[values.Length];
        var means = new double[Resamples];
        for (var i = 0; i < means.Length; i++)
        {
            rng.Choice(values.Length, picks);
            var sum = 0.0;
            foreach (var pick in picks)
            {
                sum += values[pick];
            }

            means[i] = sum / values.Length;
        }

        Array.Sort(means);
        return means;
    }

    private static double Quantile(double[] sorted, double share) => SortedArrayStatistics.QuantileCustom(sorted, share, QuantileDefinition.R7);
}
