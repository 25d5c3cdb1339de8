using GymBridge.Agents.Formulas;

namespace GymBridge.Agents.Tests.Formulas;

/// <summary>Closed forms for bandits - regret, exploration, the softmax policy's gradients, the Beta posterior - against oracle <c>bandits</c>.</summary>
public class BanditFormulaTests
{
    private const double Tolerance = 1e-9;

    private static double[] Arms => Oracles.Numbers("bandits", "arms");

    [Fact]
    public void Regret_OfTheFiveArms_IsTheKnownOne()
    {
        var pulls = (long)Oracles.Number("bandits", "T");
        AssertClose(Oracles.Numbers("bandits", "gaps"), Regret.Gaps(Arms));
        AssertClose("uniform_expected_regret_T500", Regret.OfUniform(Arms, pulls));
        AssertClose("eps0.1_linear_floor_T500", Regret.FloorOfEpsilonGreedy(Arms, 0.1, pulls));
        AssertClose("lai_robbins_constant", Regret.LaiRobbinsConstant(Arms));
        AssertClose("lai_robbins_lnT_term_T500", Regret.LaiRobbinsConstant(Arms) * Math.Log(pulls));
        AssertClose("ucb1_bound_T500", Regret.Ucb1Bound(Arms, pulls));
    }

    [Theory]
    [InlineData(true, "ties_split")]
    [InlineData(false, "first_argmax")]
    public void EpsilonGreedy_Ties_AreSplitOrGoToTheFirst(bool splitsTies, string key)
    {
        var probabilities = new double[4];
        ActionProbabilities.EpsilonGreedy(Oracles.Numbers("bandits", "eps_greedy", "Q"), Oracles.Number("bandits", "eps_greedy", "eps"), splitsTies, probabilities);
        AssertClose(Oracles.Numbers("bandits", "eps_greedy", key), probabilities);
        Assert.Throws<ArgumentException>(() => ActionProbabilities.EpsilonGreedy([1], 0.1, true, probabilities));
        Assert.Throws<ArgumentException>(() => ActionProbabilities.Boltzmann([], 1, []));
    }

    [Theory]
    [InlineData(1, "tau1")]
    [InlineData(0.5, "tau0.5")]
    [InlineData(0.01, "tau0.01")]
    [InlineData(100, "tau100")]
    public void Boltzmann_Temperatures_LieBetweenTheBestAndAllAlike(double temperature, string key)
    {
        var probabilities = new double[3];
        ActionProbabilities.Boltzmann(Oracles.Numbers("bandits", "boltzmann", "Q"), temperature, probabilities);
        AssertClose(Oracles.Numbers("bandits", "boltzmann", key), probabilities);
        Assert.Equal(1, probabilities.Sum(), Tolerance);
    }

    [Theory]
    [InlineData("zeros")]
    [InlineData("theta1")]
    public void SoftmaxPolicy_OfLogits_HasTheKnownGradients(string logits)
    {
        var policy = new SoftmaxPolicy(Numbers("theta"), Arms);
        AssertClose(Numbers("pi"), policy.Probabilities);
        AssertClose(Numbers("J"), [policy.Value]);
        AssertClose(Numbers("grad_J"), policy.Gradient);
        AssertClose(Numbers("natural_grad_pinvF_g(=q-mean(q))"), policy.NaturalGradient);
        AssertClose(Numbers("entropy"), [policy.Entropy]);
        AssertClose(Numbers("grad_entropy"), policy.EntropyGradient);
        AssertClose(Numbers("trace_cov_b0"), [policy.GradientVariance(0)]);
        AssertClose(Numbers("trace_cov_bJ"), [policy.GradientVariance(policy.Value)]);
        AssertClose(Numbers("optimal_constant_baseline"), [policy.OptimalBaseline]);
        AssertClose(Numbers("trace_cov_bopt"), [policy.GradientVariance(policy.OptimalBaseline)]);
        AssertClose(Numbers("E_score_times_const"), policy.MeanScore(0.7));

        double[] Numbers(string key) => Oracles.Numbers("bandits", "softmax_policy_gradient", logits, key);
    }

    [Fact]
    public void SoftmaxPolicy_TwoActions_HasTheHandWorkedGradient()
    {
        var policy = TwoActions(Oracles.Numbers("bandits", "two_action_softmax", "theta"));
        AssertClose(Oracles.Numbers("bandits", "two_action_softmax", "pi"), policy.Probabilities);
        AssertClose(Oracles.Numbers("bandits", "two_action_softmax", "grad"), policy.Gradient);
        AssertClose(Oracles.Numbers("bandits", "two_action_softmax", "single_sample_a0_r1_b0"), policy.SampleGradient(0, 1, 0));
        AssertClose(Oracles.Numbers("bandits", "two_action_softmax", "single_sample_a0_r1_b0.5"), policy.SampleGradient(0, 1, 0.5));
        Assert.Throws<ArgumentException>(() => new SoftmaxPolicy([0.2, -0.3], [1]));
    }

    [Fact]
    public void SoftmaxPolicy_NaturalStep_KeepsTheTrustRegion()
    {
        // Along the natural gradient by sqrt(2 delta / (g' F^-1 g)): theta and the KL divergence that it really comes to.
        var theta = Oracles.Numbers("bandits", "two_action_softmax", "theta");
        var policy = TwoActions(theta);
        var curvature = policy.Gradient.Zip(policy.NaturalGradient).Sum(pair => pair.First * pair.Second);
        var scale = Math.Sqrt(2 * 0.01 / curvature);
        AssertClose(Numbers("direction"), policy.NaturalGradient);
        AssertClose(Numbers("scale_sqrt(2delta/gFg)"), [scale]);
        double[] moved = [.. theta.Zip(policy.NaturalGradient, (logit, direction) => logit + (scale * direction))];
        AssertClose(Numbers("theta_new"), moved);
        AssertClose(Numbers("true_KL_old_new"), [policy.Probabilities.Zip(TwoActions(moved).Probabilities).Sum(pair => pair.First * Math.Log(pair.First / pair.Second))]);

        static double[] Numbers(string key) => Oracles.Numbers("bandits", "two_action_softmax", "natural_grad_step_delta0.01", key);
    }

    [Fact]
    public void BetaPosterior_AfterRewards_IsTheHandWorkedOne()
    {
        var one = BetaPosterior.Uniform.After(1).After(1).After(0);
        var other = BetaPosterior.Uniform.After(0).After(1).After(0).After(0);
        Assert.Equal((new BetaPosterior(3, 2), new BetaPosterior(2, 4)), (one, other));
        AssertClose(Oracles.Numbers("bandits", "thompson", "means"), [one.Mean, other.Mean]);
        AssertClose(Oracles.Numbers("bandits", "thompson", "vars"), [one.Variance, other.Variance]);
        AssertClose(Oracles.Numbers("bandits", "thompson", "P(arm0>arm1)"), [one.ProbabilityAbove(other)]);
        Assert.Equal(1 / 6.0, other.ProbabilityAbove(one), Tolerance);
        Assert.Equal(0.5, one.ProbabilityAbove(one), Tolerance);
        Assert.Throws<ArgumentException>(() => one.ProbabilityAbove(new BetaPosterior(0.5, 1)));
    }

    private static SoftmaxPolicy TwoActions(double[] theta) => new(theta, Oracles.Numbers("bandits", "two_action_softmax", "q"));

    private static void AssertClose(string key, double actual) => Assert.Equal(Oracles.Number("bandits", key), actual, Tolerance);

    private static void AssertClose(IReadOnlyList<double> expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }
}
