using GymBridge.Agents.Distributions;
using GymBridge.Agents.Formulas;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Formulas;

/// <summary>Oracle <c>kl</c>.</summary>
public class KlEstimatorsTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void Categorical_DivergencesAndEstimates_HaveTheOraclesNumbers()
    {
        using var scope = NewDisposeScope();
        var (p, q) = (Log("logits_p"), Log("logits_q"));
        Near("p", p.exp());
        Near("q", q.exp());
        Near("KL(p||q)", Divergence(p, q));
        Near("KL(q||p)", Divergence(q, p));
        Near("E_p[k1]", Mean(p, KlEstimators.K1(p, q)));
        Near("E_p[k2]", Mean(p, KlEstimators.K2(p, q)));
        Near("E_p[k3]", Mean(p, KlEstimators.K3(p, q)));
        Near("Var_p[k1]", Variance(p, KlEstimators.K1(p, q)));
        Near("Var_p[k2]", Variance(p, KlEstimators.K2(p, q)));
        Near("Var_p[k3]", Variance(p, KlEstimators.K3(p, q)));
    }

    /// <summary>Why GRPO's k3 in the loss pulls with the other divergence than RLHF's k1 in the reward.</summary>
    [Fact]
    public void Categorical_GradientsWithSamplesHeld_AreTheIdentitiesOfTheOracle()
    {
        using var scope = NewDisposeScope();
        var samples = Log("logits_p").exp();
        Near("grad_KL(p||q)", Gradient(p => Divergence(p, Log("logits_q"))));
        Near("grad_KL(q||p)", Gradient(p => Divergence(Log("logits_q"), p)));
        Near("E_p[grad k1] (k as a loss, samples fixed)", Gradient(p => (samples * KlEstimators.K1(p, Log("logits_q"))).sum()));
        Near("E_p[grad k2]", Gradient(p => (samples * KlEstimators.K2(p, Log("logits_q"))).sum()));
        Near("E_p[grad k3]", Gradient(p => (samples * KlEstimators.K3(p, Log("logits_q"))).sum()));
    }

    [Fact]
    public void Gaussians_DivergencesEntropyAndDensity_HaveTheOraclesNumbers()
    {
        using var scope = NewDisposeScope();
        var (mean, deviation, otherMean, otherDeviation) = (Of("mu0"), Of("std0"), Of("mu1"), Of("std1"));
        Assert.Equal(Number("KL(0||1)"), KlDivergence.Normal(mean, deviation, otherMean, otherDeviation).sum().item<double>(), Tolerance);
        Assert.Equal(Number("KL(1||0)"), KlDivergence.Normal(otherMean, otherDeviation, mean, deviation).sum().item<double>(), Tolerance);
        using var normal = distributions.Normal(mean, deviation);
        Assert.Equal(Number("entropy0"), normal.entropy().sum().item<double>(), Tolerance);
        Assert.Equal(Number("logprob0_of[0.1,0.2]"), normal.log_prob(tensor(new[] { 0.1, 0.2 })).sum().item<double>(), Tolerance);

        static Tensor Of(string key) => tensor(Oracles.Numbers("kl", "diag_gaussians", key));

        static double Number(string key) => Oracles.Number("kl", "diag_gaussians", key);
    }

    private static Tensor Logits(string key) => tensor(Oracles.Numbers("kl", "categorical", key));

    private static Tensor Log(string key) => Logits(key).log_softmax(0);

    private static Tensor Divergence(Tensor p, Tensor q) => (p.exp() * (p - q)).sum();

    private static Tensor Mean(Tensor p, Tensor values) => (p.exp() * values).sum();

    private static Tensor Variance(Tensor p, Tensor values) => Mean(p, (values - Mean(p, values)).square());

    private static Tensor Gradient(Func<Tensor, Tensor> ofLog)
    {
        var logits = Logits("logits_p").requires_grad_();
        ofLog(logits.log_softmax(0)).backward();
        return logits.grad!;
    }

    private static void Near(string key, Tensor actual) =>
        BradleyTerryTests.Near(Oracles.Numbers("kl", "categorical", key), actual.detach().contiguous().data<double>().ToArray(), Tolerance);
}
