using GymBridge.Agents.Formulas;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Formulas;

/// <summary>Oracle <c>dpo</c>.</summary>
public class DirectPreferenceTests
{
    private const double Tolerance = 1e-9;

    private static readonly double Beta = Oracles.Number("dpo", "beta");

    [Fact]
    public void Losses_OfOnePair_HaveTheOraclesNumbersAndGradients()
    {
        using var scope = NewDisposeScope();
        var (preferred, rejected) = (Of("logp_w").requires_grad_(), Of("logp_l").requires_grad_());
        var margin = DirectPreference.Margin(preferred, rejected, Of("ref_w"), Of("ref_l"), Beta);
        var loss = DirectPreference.SigmoidLoss(margin).mean();
        loss.backward();
        Assert.Equal(Oracles.Number("dpo", "h"), margin.item<double>(), Tolerance);
        Assert.Equal(Oracles.Number("dpo", "loss"), loss.item<double>(), Tolerance);
        Assert.Equal(Oracles.Number("dpo", "dloss_dlogp_w"), preferred.grad!.item<double>(), Tolerance);
        Assert.Equal(Oracles.Number("dpo", "dloss_dlogp_l"), rejected.grad!.item<double>(), Tolerance);
        Assert.Equal(Oracles.Number("dpo", "implicit_reward_w"), DirectPreference.ImplicitReward(preferred, Of("ref_w"), Beta).item<double>(), Tolerance);
        Assert.Equal(Oracles.Number("dpo", "implicit_reward_l"), DirectPreference.ImplicitReward(rejected, Of("ref_l"), Beta).item<double>(), Tolerance);
        Assert.Equal(Oracles.Number("dpo", "loss_at_init"), DirectPreference.SigmoidLoss(margin * 0).item<double>(), Tolerance);
        Assert.Equal(Oracles.Number("dpo", "label_smoothing0.1(cDPO)"), DirectPreference.SigmoidLoss(margin, 0.1).item<double>(), Tolerance);
        Assert.Equal(Oracles.Number("dpo", "ipo_loss"), DirectPreference.IdentityLoss(margin, Beta).item<double>(), Tolerance);
    }

    [Fact]
    public void SigmoidLoss_OverTheSeedsRange_IsSoftplusAndNeverOverflows()
    {
        using var scope = NewDisposeScope();
        var curve = DirectPreference.SigmoidLoss(tensor(new[] { -5.0, -1, 0, 1, 5 })).data<double>().ToArray();
        BradleyTerryTests.Near(Oracles.Numbers("dpo", "seed_curve[-5,-1,0,1,5]"), curve);
        Assert.Equal(Oracles.Number("dpo", "stable_at_h=-1000"), DirectPreference.SigmoidLoss(tensor(new[] { -1000.0 })).item<double>(), Tolerance);
    }

    /// <summary>Row "ALG30 exact": with labels that are the true probabilities, the minimum of the loss is the closed-form optimum.</summary>
    [Theory]
    [InlineData("beta1.0", 1.0)]
    [InlineData("beta0.5", 0.5)]
    public void SigmoidLoss_SoftLabelsOfThreeResponses_LeadsToTheClosedForm(string name, double beta)
    {
        using var scope = NewDisposeScope();
        var reference = tensor(new[] { 0.5, 0.3, 0.2 }).log();
        double[] rewards = [0, 1, 2];
        var logits = zeros([3], float64).requires_grad_();
        for (var step = 0; step < 3000; step++)
        {
            using var inner = NewDisposeScope();
            var log = (reference + logits).log_softmax(0);
            var loss = zeros([], float64);
            for (var i = 0; i < 3; i++)
            {
                for (var j = 0; j < 3; j++)
                {
                    if (i != j)
                    {
                        loss += DirectPreference.SigmoidLoss(
                            DirectPreference.Margin(log[i], log[j], reference[i], reference[j], beta)) * BradleyTerry.Probability(rewards[i], rewards[j]);
                    }
                }
            }

            logits.grad?.zero_();
            loss.backward();
            using var noGrad = no_grad();
            logits.sub_(logits.grad! * (1 / (beta * beta)));
        }

        var policy = (reference + logits.detach()).softmax(0).data<double>().ToArray();
        var expected = Oracles.Numbers("dpo", "closed_form_ref[.5,.3,.2]_r[0,1,2]", name, "pi");
        BradleyTerryTests.Near(expected, policy, 1e-6);
    }

    /// <summary>F19: the policy that maximises E r - beta KL is ref exp(r / beta) / Z, and J* = beta log Z.</summary>
    [Theory]
    [InlineData("beta1.0", 1.0)]
    [InlineData("beta0.5", 0.5)]
    [InlineData("beta0.1", 0.1)]
    public void Tilt_OfThreeResponses_IsTheClosedForm(string name, double beta)
    {
        double[] reference = [0.5, 0.3, 0.2];
        double[] rewards = [0, 1, 2];
        var (policy, logZ) = Tilt.Of([.. reference.Select(item => Math.Log(item))], rewards, beta);
        string[] key = ["dpo", "closed_form_ref[.5,.3,.2]_r[0,1,2]", name];
        BradleyTerryTests.Near(Oracles.Numbers([.. key, "pi"]), policy);
        var reward = policy.Zip(rewards, (p, r) => p * r).Sum();
        var divergence = policy.Zip(reference, (p, q) => p * Math.Log(p / q)).Sum();
        Assert.Equal(Oracles.Number([.. key, "logZ"]), logZ, Tolerance);
        Assert.Equal(Oracles.Number([.. key, "E_r"]), reward, Tolerance);
        Assert.Equal(Oracles.Number([.. key, "KL"]), divergence, Tolerance);
        Assert.Equal(Oracles.Number([.. key, "J=beta*logZ"]), beta * logZ, Tolerance);
        Assert.Equal(reward - (beta * divergence), beta * logZ, Tolerance);
    }

    private static Tensor Of(string key) => tensor(new[] { Oracles.Number("dpo", key) });
}
