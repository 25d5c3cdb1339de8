using GymBridge.Agents.Formulas;

namespace GymBridge.Agents.Tests.Formulas;

/// <summary>Closed forms for bandits: regret, exploration, the softmax policy's gradients, the Beta posterior.</summary>
public class BanditFormulaTests
{
    private const double Tolerance = 1e-9;

    private static readonly double[] Arms = [0.1, 0.3, 0.5, 0.7, 0.9];

    [Fact]
    public void Regret_OfTheFiveArms_IsTheKnownOne()
    {
        AssertClose([0.8, 0.6, 0.4, 0.2, 0], Regret.Gaps(Arms));
        Assert.Equal(200, Regret.OfUniform(Arms, 500), Tolerance);
        Assert.Equal(20, Regret.FloorOfEpsilonGreedy(Arms, 0.1, 500), Tolerance);
        Assert.Equal(3.1207939516002785, Regret.LaiRobbinsConstant(Arms), Tolerance);
        Assert.Equal(19.39451136512208, Regret.LaiRobbinsConstant(Arms) * Math.Log(500), Tolerance);
        Assert.Equal(526.4637444692421, Regret.Ucb1Bound(Arms, 500), Tolerance);
    }

    [Theory]
    [InlineData(true, new[] { 0.025, 0.475, 0.475, 0.025 })]
    [InlineData(false, new[] { 0.025, 0.925, 0.025, 0.025 })]
    public void EpsilonGreedy_Ties_AreSplitOrGoToTheFirst(bool splitsTies, double[] expected)
    {
        var probabilities = new double[4];
        ActionProbabilities.EpsilonGreedy([1, 2, 2, 0], 0.1, splitsTies, probabilities);
        AssertClose(expected, probabilities);
        Assert.Throws<ArgumentException>(() => ActionProbabilities.EpsilonGreedy([1], 0.1, true, probabilities));
        Assert.Throws<ArgumentException>(() => ActionProbabilities.Boltzmann([], 1, []));
    }

    [Theory]
    [InlineData(1, new[] { 0.09003057317038046, 0.24472847105479764, 0.6652409557748218 })]
    [InlineData(0.5, new[] { 0.015876239976466765, 0.11731042782619838, 0.8668133321973349 })]
    [InlineData(0.01, new[] { 0, 0, 1.0 })]
    [InlineData(100, new[] { 0.33000561097102177, 0.3333222224999935, 0.3366721665289847 })]
    public void Boltzmann_Temperatures_LieBetweenTheBestAndAllAlike(double temperature, double[] expected)
    {
        var probabilities = new double[3];
        ActionProbabilities.Boltzmann([1, 2, 3], temperature, probabilities);
        AssertClose(expected, probabilities);
        Assert.Equal(1, probabilities.Sum(), Tolerance);
    }

    [Fact]
    public void SoftmaxPolicy_ZeroLogits_HasTheKnownGradients()
    {
        var policy = new SoftmaxPolicy([0, 0, 0, 0, 0], Arms);
        AssertClose([0.2, 0.2, 0.2, 0.2, 0.2], policy.Probabilities);
        Assert.Equal(0.5, policy.Value, Tolerance);
        AssertClose([-0.08, -0.04, 0, 0.04, 0.08], policy.Gradient);
        AssertClose([-0.4, -0.2, 0, 0.2, 0.4], policy.NaturalGradient);
        Assert.Equal(1.6094379124341005, policy.Entropy, Tolerance);
        AssertClose([0, 0, 0, 0, 0], policy.EntropyGradient);
        Assert.Equal(0.384, policy.GradientVariance(0), Tolerance);
        Assert.Equal(0.184, policy.GradientVariance(policy.Value), Tolerance);
        Assert.Equal(0.5, policy.OptimalBaseline, Tolerance);
        Assert.Equal(0.184, policy.GradientVariance(policy.OptimalBaseline), Tolerance);
        AssertClose([0, 0, 0, 0, 0], policy.MeanScore(3));
    }

    [Fact]
    public void SoftmaxPolicy_OtherLogits_HasTheKnownGradients()
    {
        var policy = new SoftmaxPolicy([0.1, -0.2, 0.3, 0, 0.5], Arms);
        AssertClose([0.18660604875347364, 0.13824116100599423, 0.2279211426368638, 0.16884813534398546, 0.27838351225968294], policy.Probabilities);
        Assert.Equal(0.542832380270082, policy.Value, Tolerance);
        AssertClose([-0.0826352007422957, -0.03356943017838522, -0.009762405053013741, 0.026537459527849232, 0.09942957644584542], policy.Gradient);
        AssertClose([-0.4, -0.2, 0, 0.2, 0.4], policy.NaturalGradient);
        Assert.Equal(1.5801751038857488, policy.Entropy, Tolerance);
        AssertClose([0.018395712288606078, 0.05510022714761624, -0.02311565479974836, 0.033529942344553254, -0.0839102269810276], policy.EntropyGradient);
        Assert.Equal(0.3894229059596222, policy.GradientVariance(0), Tolerance);
        Assert.Equal(0.17863273955590914, policy.GradientVariance(policy.Value), Tolerance);
        Assert.Equal(0.5177740487300937, policy.OptimalBaseline, Tolerance);
        Assert.Equal(0.17813786800617273, policy.GradientVariance(policy.OptimalBaseline), Tolerance);
        AssertClose([0, 0, 0, 0, 0], policy.MeanScore(0.7));
    }

    [Fact]
    public void SoftmaxPolicy_TwoActions_HasTheHandWorkedGradient()
    {
        var policy = new SoftmaxPolicy([0.2, -0.3], [1, 0]);
        AssertClose([0.6224593312018546, 0.37754066879814546], policy.Probabilities);
        AssertClose([0.2350037122015945, -0.2350037122015945], policy.Gradient);
        AssertClose([0.3775406687981454, -0.37754066879814546], policy.SampleGradient(0, 1, 0));
        AssertClose([0.1887703343990727, -0.18877033439907273], policy.SampleGradient(0, 1, 0.5));
        AssertClose([0.5, -0.5], policy.NaturalGradient);
        Assert.Throws<ArgumentException>(() => new SoftmaxPolicy([0.2, -0.3], [1]));
    }

    [Fact]
    public void SoftmaxPolicy_NaturalStep_KeepsTheTrustRegion()
    {
        // Along the natural gradient by sqrt(2 delta / (g' F^-1 g)): theta and the KL divergence that it really comes to.
        var policy = new SoftmaxPolicy([0.2, -0.3], [1, 0]);
        var curvature = policy.Gradient.Zip(policy.NaturalGradient).Sum(pair => pair.First * pair.Second);
        var scale = Math.Sqrt(2 * 0.01 / curvature);
        Assert.Equal(0.2917276788517936, scale, Tolerance);
        double[] moved = [0.2 + (scale * policy.NaturalGradient[0]), -0.3 + (scale * policy.NaturalGradient[1])];
        AssertClose([0.34586383942589677, -0.4458638394258968], moved);
        var after = new SoftmaxPolicy(moved, [1, 0]);
        Assert.Equal(0.009734702119773883, policy.Probabilities.Zip(after.Probabilities).Sum(pair => pair.First * Math.Log(pair.First / pair.Second)), Tolerance);
    }

    [Fact]
    public void BetaPosterior_AfterRewards_IsTheHandWorkedOne()
    {
        var one = BetaPosterior.Uniform.After(1).After(1).After(0);
        var other = BetaPosterior.Uniform.After(0).After(1).After(0).After(0);
        Assert.Equal((new BetaPosterior(3, 2), new BetaPosterior(2, 4)), (one, other));
        AssertClose([0.6, 1 / 3.0], [one.Mean, other.Mean]);
        AssertClose([0.04, 0.031746031746031744], [one.Variance, other.Variance]);
        Assert.Equal(5 / 6.0, one.ProbabilityAbove(other), Tolerance);
        Assert.Equal(1 / 6.0, other.ProbabilityAbove(one), Tolerance);
        Assert.Equal(0.5, one.ProbabilityAbove(one), Tolerance);
        Assert.Throws<ArgumentException>(() => one.ProbabilityAbove(new BetaPosterior(0.5, 1)));
    }

    private static void AssertClose(IReadOnlyList<double> expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }
}
