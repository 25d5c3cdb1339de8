using GymBridge.Training.Statistics;

namespace GymBridge.Training.Curves;

/// <summary>The curves of several seeds as one: their mean, and the 95 % confidence interval of the mean.</summary>
/// <param name="X">Places, evenly spaced over what all runs have in common.</param>
/// <param name="Points">What the runs say together at each place.</param>
/// <param name="Runs">Number of runs.</param>
public sealed record CurveBand(IReadOnlyList<double> X, IReadOnlyList<SampleSummary> Points, int Runs)
{
    /// <summary>Most places of a band.</summary>
    public const int MaxPoints = 256;

    /// <summary>The band of curves over the part that they have in common.</summary>
    /// <exception cref="ArgumentException">There is no curve, one is empty, or they have no place in common.</exception>
    public static CurveBand Of(IReadOnlyList<Curve> curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        if (curves.Count == 0 || curves.Any(curve => curve.X.Count == 0))
        {
            throw new ArgumentException("A band needs at least one curve, each with at least one point.", nameof(curves));
        }

        if (curves.Count == 1 && curves[0].X.Count <= MaxPoints)
        {
            return new CurveBand(curves[0].X, [.. curves[0].Y.Select(value => SampleSummary.Of([value]))], 1);
        }

        var (start, end) = (curves.Max(curve => curve.X[0]), curves.Min(curve => curve.X[^1]));
        if (start > end)
        {
            throw new ArgumentException($"The runs have no part in common: one begins at {start}, another ends at {end}.", nameof(curves));
        }

        var count = start == end ? 1 : Math.Clamp(curves.Max(curve => curve.X.Count), 2, MaxPoints);
        var places = new double[count];
        var points = new SampleSummary[count];
        for (var i = 0; i < count; i++)
        {
            var x = count == 1 ? start : start + ((end - start) * i / (count - 1));
            places[i] = x;
            points[i] = SampleSummary.Of([.. curves.Select(curve => curve.At(x))]);
        }

        return new CurveBand(places, points, curves.Count);
    }
}
