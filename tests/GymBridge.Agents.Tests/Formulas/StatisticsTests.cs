using GymBridge.Agents.Formulas;

namespace GymBridge.Agents.Tests.Formulas;

public class StatisticsTests
{
    [Fact]
    public void ExplainedVariance_PerfectCritic_IsOne() =>
        Assert.Equal(1.0, Statistics.ExplainedVariance([1, 2, 3], [1, 2, 3]));

    [Fact]
    public void ExplainedVariance_ConstantCritic_IsZero() =>
        Assert.Equal(0.0, Statistics.ExplainedVariance([7, 7, 7], [1, 2, 3]), 12);

    [Fact]
    public void ExplainedVariance_ReturnsDoNotVary_IsNaN() =>
        Assert.Equal(double.NaN, Statistics.ExplainedVariance([1, 2], [5, 5]));

    [Fact]
    public void StandardDeviation_OfAPopulation_DividesByN() =>
        Assert.Equal(2.0, Statistics.StandardDeviation([2, 4, 4, 4, 5, 5, 7, 9]));
}
