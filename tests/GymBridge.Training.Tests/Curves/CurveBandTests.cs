using GymBridge.Training.Curves;

namespace GymBridge.Training.Tests.Curves;

public class CurveBandTests
{
    [Fact]
    public void Of_RunsWithOtherSteps_MeetsOnWhatTheyHaveInCommon()
    {
        var band = CurveBand.Of([new Curve([0, 10, 20], [0, 10, 20]), new Curve([5, 15], [15, 25])]);
        Assert.Equal([5.0, 10, 15], band.X);
        Assert.Equal([10.0, 15, 20], band.Points.Select(point => point.Mean));
        Assert.All(band.Points, point => Assert.True(point.LowerBound < point.Mean && point.Mean < point.UpperBound));
    }

    [Fact]
    public void Of_OneRun_IsTheRunItself()
    {
        var band = CurveBand.Of([new Curve([1, 5, 7], [3, 2, 4])]);
        Assert.Equal([1.0, 5, 7], band.X);
        Assert.Equal([3.0, 2, 4], band.Points.Select(point => point.Mean));
    }

    [Fact]
    public void Of_LongRuns_IsThinned()
    {
        double[] x = [.. Enumerable.Range(0, 10_000).Select(i => (double)i)];
        Assert.Equal(CurveBand.MaxPoints, CurveBand.Of([new Curve(x, x), new Curve(x, x)]).X.Count);
    }

    [Fact]
    public void Of_RunsApart_IsRefused() =>
        Assert.Throws<ArgumentException>(() => CurveBand.Of([new Curve([0, 1], [0, 0]), new Curve([2, 3], [0, 0])]));

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(2.5, 5)]
    [InlineData(10, 40)]
    [InlineData(99, 40)]
    public void At_BetweenPoints_IsOnTheLine(double x, double expected) =>
        Assert.Equal(expected, new Curve([0, 5, 5, 10], [0, 10, 20, 40]).At(x));
}
