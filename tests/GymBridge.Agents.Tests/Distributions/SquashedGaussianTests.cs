using GymBridge.Agents.Distributions;
using TorchSharp;
using static TorchSharp.torch.distributions;

namespace GymBridge.Agents.Tests.Distributions;

public class SquashedGaussianTests
{
    [Fact]
    public void LogProbability_BothLibrariesOfTheGoldenFile_MatchesThem()
    {
        using var scope = torch.NewDisposeScope();
        var records = 0;
        foreach (var record in TorchGolden.Load("distributions.json").GetProperty("squashed_gaussian").EnumerateArray())
        {
            var parameters = TorchGolden.Parameters(record);
            var distribution = new SquashedGaussian(parameters["mean"], parameters["log_std"]);
            var got = distribution.LogProbability(TorchGolden.Tensor(record.GetProperty("pre_tanh")), record.GetProperty("action_scale").GetDouble(), 1e-6);
            // CleanRL keeps the dimension it sums over.
            got = record.GetProperty("kind").GetString() == "cleanrl" ? got.unsqueeze(-1) : got;
            TorchGolden.AssertValueAndGradients(record.GetProperty("log_prob"), got, parameters, record.GetProperty("kind").GetString()!);
            records++;
        }
        Assert.Equal(2, records);
    }

    /// <summary>PyTorch's TransformedDistribution(Normal, TanhTransform), at values whose inverse tanh still has its digits.</summary>
    [Fact]
    public void LogProbability_TheTanhRecordsOfTheGoldenFile_MatchesPyTorch()
    {
        using var scope = torch.NewDisposeScope();
        var record = TorchGolden.Load("distributions.json").GetProperty("cases").EnumerateArray()
            .Single(r => r.GetProperty("expr").GetString()!.StartsWith("D.Independent(D.TransformedDistribution(D.Normal(loc, scale), [D.TanhTransform()])", StringComparison.Ordinal));
        var parameters = TorchGolden.Parameters(record);
        var distribution = new SquashedGaussian(parameters["loc"], parameters["scale"].log());
        var got = distribution.LogProbability(TorchGolden.Tensor(record.GetProperty("at")).atanh());
        TorchGolden.AssertValueAndGradients(record.GetProperty("log_prob"), got, parameters, "tanh");
    }

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(20.0, -38.61370563888011)]
    [InlineData(-20.0, -38.61370563888011)]
    [InlineData(300.0, -598.6137056388801)]
    public void LogJacobian_OfASaturatedAction_IsFinite(double preTanh, double expected)
    {
        using var scope = torch.NewDisposeScope();
        var u = torch.tensor(preTanh).requires_grad_();
        var got = SquashedGaussian.LogJacobian(u);
        Assert.Equal(expected, got.item<double>(), 1e-12);
        got.backward();
        // The derivative of log(1 - tanh^2) is -2 tanh.
        Assert.Equal(-2 * Math.Tanh(preTanh), u.grad!.item<double>(), 1e-12);
    }

    /// <summary>The density integrates to one over the actions.</summary>
    [Fact]
    public void LogProbability_OverAllActions_IsADensity()
    {
        using var scope = torch.NewDisposeScope();
        var distribution = new SquashedGaussian(torch.tensor(new[] { 0.3 }), torch.tensor(new[] { -0.2 }));
        var u = torch.linspace(-12, 12, 20_001, torch.float64).unsqueeze(-1);
        var action = u.tanh().squeeze(-1);
        var density = distribution.LogProbability(u).exp();
        var widths = action.narrow(0, 1, 20_000) - action.narrow(0, 0, 20_000);
        var heights = (density.narrow(0, 1, 20_000) + density.narrow(0, 0, 20_000)) * 0.5;
        Assert.Equal(1, (widths * heights).sum().item<double>(), 1e-5);
    }

    [Fact]
    public void PreTanh_OfNoise_IsTheReparameterizedSample()
    {
        using var scope = torch.NewDisposeScope();
        var mean = torch.tensor(new[] { 0.5f, -1f }).requires_grad_();
        var logStandardDeviation = torch.tensor(new[] { 0f, -1f }).requires_grad_();
        var distribution = new SquashedGaussian(mean, logStandardDeviation);
        var noise = torch.tensor(new[] { 2f, -3f });
        distribution.PreTanh(noise).sum().backward();
        Assert.Equal([1f, 1f], mean.grad!.data<float>().ToArray());
        Assert.Equal(-3 * MathF.Exp(-1), logStandardDeviation.grad![1].item<float>(), 1e-6f);
        Assert.Equal(MathF.Tanh(-1), distribution.Mode[1].item<float>(), 1e-6f);
    }

    [Fact]
    public void KlDivergenceTo_AnotherPolicy_IsThatOfTheGaussians()
    {
        using var scope = torch.NewDisposeScope();
        var mean = torch.zeros(3, 2);
        var p = new SquashedGaussian(mean, torch.zeros(2));
        var q = new SquashedGaussian(mean + 1, torch.full([2], 0.5));
        var expected = KlDivergence.Of(Normal(mean, torch.ones(2)), Normal(mean + 1, torch.full([2], MathF.Exp(0.5f)))).sum(dim: -1L);
        Assert.True(p.KlDivergenceTo(q).allclose(expected, 1e-5));
        Assert.Equal([3], p.KlDivergenceTo(q).shape);
    }
}
