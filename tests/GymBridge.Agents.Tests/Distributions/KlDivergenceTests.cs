using GymBridge.Agents.Distributions;
using TorchSharp;
using static TorchSharp.torch.distributions;

namespace GymBridge.Agents.Tests.Distributions;

public class KlDivergenceTests
{
    [Fact]
    public void Divergence_EveryPairOfTheGoldenFile_MatchesPyTorch()
    {
        using var scope = torch.NewDisposeScope();
        var pairs = 0;
        foreach (var record in TorchGolden.Load("distributions.json").GetProperty("kl_divergence").EnumerateArray())
        {
            var name = record.GetProperty("p").GetString()!;
            var parameters = TorchGolden.Parameters(record);
            var (a, b) = (parameters["a"], parameters["b"]);
            var (c, d) = (parameters.GetValueOrDefault("c"), parameters.GetValueOrDefault("d"));
            var got = name switch
            {
                "D.Normal(a, b)" => KlDivergence.Of(Normal(a, b), Normal(c!, d!)),
                "D.Categorical(logits=a)" => KlDivergence.Of(Categorical(logits: a), Categorical(logits: b)),
                "D.Categorical(probs=a)" => KlDivergence.Of(Categorical(probs: a), Categorical(probs: b)),
                "D.Bernoulli(probs=a)" => KlDivergence.Of(Bernoulli(probs: a), Bernoulli(probs: b)),
                "D.Independent(D.Normal(a, b), 1)" => KlDivergence.Independent(KlDivergence.Normal(a, b, c!, d!), 1),
                "D.Uniform(a, b)" => KlDivergence.Uniform(a, b, c!, d!),
                "D.Beta(a, b)" => KlDivergence.Beta(a, b, c!, d!),
                "D.Exponential(a)" => KlDivergence.Exponential(a, b),
                "D.MultivariateNormal(a, scale_tril=torch.diag_embed(b))" => KlDivergence.MultivariateNormal(a, b.diag_embed(), c!, d!.diag_embed()),
                _ => throw new InvalidOperationException($"'{name}' is new in the golden file."),
            };
            TorchGolden.AssertValueAndGradients(record.GetProperty("kl"), got, parameters, name);
            pairs++;
        }
        Assert.Equal(9, pairs);
    }

    [Fact]
    public void Divergence_OfADistributionFromItself_IsZero()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(new[] { 0.3f, 1.2f });
        var tril = torch.tensor(new[] { 1f, 0, 0.4f, 2 }).reshape(2, 2);
        torch.Tensor[] divergences =
        [
            KlDivergence.Normal(x, x, x, x),
            KlDivergence.Beta(x, x, x, x),
            KlDivergence.Exponential(x, x),
            KlDivergence.Uniform(-x, x, -x, x),
            KlDivergence.MultivariateNormal(x, tril, x, tril),
        ];
        foreach (var divergence in divergences)
        {
            Assert.All(divergence.data<float>().ToArray(), value => Assert.Equal(0, value, 1e-6));
        }
    }

    [Fact]
    public void Categorical_AnActionThatQNeverTakes_IsInfinitelyFar()
    {
        using var scope = torch.NewDisposeScope();
        var p = Categorical(probs: torch.tensor(new[] { 0.5f, 0.5f }));
        var q = Categorical(probs: torch.tensor(new[] { 1f, 0f }));
        Assert.Equal(float.PositiveInfinity, KlDivergence.Of(p, q).item<float>());
        Assert.Equal(MathF.Log(2), KlDivergence.Of(q, p).item<float>(), 1e-6f);
    }

    [Fact]
    public void Independent_MoreDimensionsThanThereAre_IsRefused()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Throws<ArgumentOutOfRangeException>(() => KlDivergence.Independent(torch.zeros(2), 2));
        Assert.Equal([2], KlDivergence.Independent(torch.zeros(2), 0).shape);
    }
}
