using GymBridge.Training.Statistics;

namespace GymBridge.Training.Tests.Statistics;

public class SampleSummaryTests
{
    private const double Rounding = 1e-12;

    // numpy.median, numpy.percentile and numpy.std(ddof=1) of the same values.
    [Fact]
    public void Of_FiveValues_AgreesWithNumPy()
    {
        var summary = SampleSummary.Of([500, 100, 400, 200, 450]);
        Assert.Equal(5, summary.Count);
        Assert.Equal(330, summary.Mean, Rounding);
        Assert.Equal(171.75564037317666, summary.StandardDeviation, Rounding);
        Assert.Equal(400, summary.Median, Rounding);
        Assert.Equal(200, summary.LowerQuartile, Rounding);
        Assert.Equal(450, summary.UpperQuartile, Rounding);
        Assert.Equal(250, summary.InterquartileRange, Rounding);
    }

    [Fact]
    public void Of_FourValues_InterpolatesQuartiles()
    {
        var summary = SampleSummary.Of([1, 2, 3, 4]);
        Assert.Equal((1.75, 2.5, 3.25), (summary.LowerQuartile, summary.Median, summary.UpperQuartile));
    }

    // The normal interval of 0..99 is 49.5 +- 1.96 * 29.0 / 10 = [43.8, 55.2].
    [Fact]
    public void Of_ManyValues_IntervalIsThatOfTheMean()
    {
        var summary = SampleSummary.Of([.. Enumerable.Range(0, 100).Select(i => (double)i)]);
        Assert.InRange(summary.LowerBound, 43, 45);
        Assert.InRange(summary.UpperBound, 54, 56);
    }

    [Fact]
    public void Of_TheSameValuesInAnotherOrder_IsTheSame() =>
        Assert.Equal(SampleSummary.Of([3, 1, 2]), SampleSummary.Of([1, 2, 3]));

    [Fact]
    public void Of_OneValue_HasNoSpread()
    {
        var summary = SampleSummary.Of([7]);
        Assert.Equal((7.0, 0.0, 7.0, 7.0), (summary.Mean, summary.StandardDeviation, summary.LowerBound, summary.UpperBound));
    }

    [Fact]
    public void Of_NothingOrNaN_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => SampleSummary.Of([]));
        Assert.Throws<ArgumentException>(() => SampleSummary.Of([1, double.NaN]));
    }
}
