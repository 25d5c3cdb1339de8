using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace GymBridge.Torch.Managed.Tests.Parity;

/// <summary>The distributions of distributions.json: every quantity and its gradients, and what PyTorch does not define.</summary>
public class DistributionsParityTests
{
    private const double Rtol = 1e-5;
    private const double Atol = 1e-6;

    private static readonly Dictionary<string, Func<Dictionary<string, Tensor>, Distribution>> Known = new()
    {
        ["D.Categorical(logits=logits)"] = p => Categorical(logits: p["logits"]),
        ["D.Categorical(probs=probs)"] = p => Categorical(probs: p["probs"]),
        ["D.Normal(loc, scale)"] = p => Normal(p["loc"], p["scale"]),
        ["D.Independent(D.Normal(loc, scale), 1)"] = p => Independent(Normal(p["loc"], p["scale"]), 1),
        ["D.Bernoulli(logits=logits)"] = p => Bernoulli(logits: p["logits"]),
        ["D.Bernoulli(probs=probs)"] = p => Bernoulli(probs: p["probs"]),
        ["D.Uniform(low, high)"] = p => Uniform(p["low"], p["high"]),
        ["D.Beta(a, b)"] = p => Beta(p["a"], p["b"]),
        ["D.Exponential(rate)"] = p => Exponential(p["rate"]),
        ["D.Laplace(loc, scale)"] = p => Laplace(p["loc"], p["scale"]),
        ["D.Gamma(a, b)"] = p => Gamma(p["a"], p["b"]),
        ["D.LogNormal(loc, scale)"] = p => LogNormal(p["loc"], p["scale"]),
        ["D.Poisson(rate)"] = p => Poisson(p["rate"]),
        ["D.Dirichlet(a)"] = p => Dirichlet(p["a"]),
        ["D.MultivariateNormal(loc, scale_tril=torch.diag_embed(scale))"] = p => MultivariateNormal(p["loc"], scale_tril: p["scale"].diag_embed()),
        ["D.MultivariateNormal(loc, torch.diag_embed(scale ** 2))"] = p => MultivariateNormal(p["loc"], p["scale"].pow(2).diag_embed()),
        ["D.TransformedDistribution(D.Normal(loc, scale), [D.TanhTransform(cache_size=1)])"] = p => new TransformedDistribution(Normal(p["loc"], p["scale"]), new transforms.TanhTransform()),
        ["D.TransformedDistribution(D.Normal(loc, scale), [D.AffineTransform(1., 2.)])"] = p => new TransformedDistribution(Normal(p["loc"], p["scale"]), new transforms.AffineTransform(1, 2)),
        ["D.Independent(D.TransformedDistribution(D.Normal(loc, scale), [D.TanhTransform()]), 1)"] = p => Independent(new TransformedDistribution(Normal(p["loc"], p["scale"]), new transforms.TanhTransform()), 1),
    };

    [Fact]
    public void Distribution_EveryRecord_MatchesPyTorch()
    {
        using var scope = NewDisposeScope();
        var failures = new List<string>();
        var quantities = 0;
        var undefined = 0;
        foreach (var record in GoldenFile.Load("distributions.json").GetProperty("cases").EnumerateArray())
        {
            var expr = record.GetProperty("expr").GetString()!;
            var make = Known[expr];
            foreach (var name in new[] { "log_prob", "entropy", "mean", "variance", "stddev", "mode", "cdf", "icdf" })
            {
                var expected = record.GetProperty(name);
                var parameters = record.GetProperty("params").EnumerateObject().ToDictionary(e => e.Name, e => GoldenFile.Tensor(e.Value).requires_grad_());
                if (expected.TryGetProperty("error", out _))
                {
                    // PyTorch has Gamma.cdf, but no gradient of it by the concentration.
                    if (expr != "D.Gamma(a, b)" || name != "cdf")
                    {
                        Assert.Throws<NotImplementedException>(() => Check(make(parameters), name, record, expected, parameters));
                    }

                    undefined++;
                    continue;
                }

                if (Check(make(parameters), name, record, expected, parameters) is { } failure)
                {
                    failures.Add($"{expr} {name}: {failure}");
                }

                quantities++;
            }
        }
        Assert.Empty(failures);
        Assert.Equal(120, quantities);
        Assert.Equal(40, undefined);
    }

    [Fact]
    public void NormalRsample_EveryRecord_MovesWithItsParametersAsPyTorchDoes()
    {
        using var scope = NewDisposeScope();
        var ran = 0;
        foreach (var record in GoldenFile.Load("distributions.json").GetProperty("cases").EnumerateArray().Where(r => r.TryGetProperty("rsample", out _)))
        {
            var expected = record.GetProperty("rsample");
            var parameters = record.GetProperty("params").EnumerateObject().ToDictionary(e => e.Name, e => GoldenFile.Tensor(e.Value).requires_grad_());
            var recorded = GoldenFile.Tensor(expected.GetProperty("eps"));
            Assert.Null(Compare(parameters["loc"] + (recorded * parameters["scale"]), expected, parameters));

            long[] sample = recorded.ndim == parameters["loc"].ndim ? [] : recorded.shape;
            manual_seed(7);
            var noise = randn(recorded.shape);
            manual_seed(7);
            var drawn = Normal(parameters["loc"], parameters["scale"]).rsample(sample);
            Assert.Null(GoldenFile.Difference(drawn, parameters["loc"] + (noise * parameters["scale"]), 0, 0));
            parameters["scale"].grad = null;
            drawn.backward([ones_like(drawn)]);
            Assert.Null(GoldenFile.Difference(parameters["scale"].grad!.sum(), noise.sum(), Rtol, Atol));
            ran++;
        }
        Assert.Equal(2, ran);
    }

    [Fact]
    public void SquashedGaussian_BothFormulas_MatchPyTorch()
    {
        using var scope = NewDisposeScope();
        foreach (var record in GoldenFile.Load("distributions.json").GetProperty("squashed_gaussian").EnumerateArray())
        {
            var parameters = record.GetProperty("params").EnumerateObject().ToDictionary(e => e.Name, e => GoldenFile.Tensor(e.Value).requires_grad_());
            var u = GoldenFile.Tensor(record.GetProperty("pre_tanh"));
            var lp = Normal(parameters["mean"], parameters["log_std"].exp()).log_prob(u);
            var y = tanh(u);
            var got = record.GetProperty("kind").GetString() == "sb3"
                ? lp.sum(dim: 1) - log(1 - y.pow(2) + 1e-6).sum(dim: 1)
                : (lp - log((1.5 * (1 - y.pow(2))) + 1e-6)).sum(dim: 1, keepdim: true);
            Assert.Null(Compare(got, record.GetProperty("log_prob"), parameters));
        }
    }

    private static string? Check(Distribution d, string name, JsonElement record, JsonElement expected, Dictionary<string, Tensor> parameters)
    {
        Tensor At() => GoldenFile.Tensor(record.GetProperty("at"));
        Tensor got;
        switch (name)
        {
            case "log_prob":
                got = d.log_prob(At());
                break;
            case "cdf":
                got = d.cdf(At());
                break;
            case "entropy":
                got = d.entropy();
                break;
            case "mean":
                got = d.mean;
                break;
            case "variance":
                got = d.variance;
                break;
            case "stddev":
                got = d.stddev;
                break;
            case "mode":
                got = d.mode;
                break;
            default:
                // 0.1, 0.5, 0.975 along the last dimension, as far as it goes.
                var shape = expected.TryGetProperty("value", out var value) ? GoldenFile.Longs(value.GetProperty("shape")) : [1];
                got = d.icdf(tensor(new[] { 0.1f, 0.5f, 0.975f }).narrow(0, 0, shape.Length == 0 ? 1 : Math.Min(3, shape[^1])).expand(shape));
                break;
        }
        return Compare(got, expected, parameters);
    }

    private static string? Compare(Tensor got, JsonElement expected, Dictionary<string, Tensor> parameters)
    {
        if (GoldenFile.Difference(got, expected.GetProperty("value"), Rtol, Atol) is { } difference)
        {
            return difference;
        }

        if (!expected.TryGetProperty("grads", out var grads) || !got.requires_grad)
        {
            return null;
        }

        got.backward([GoldenFile.Tensor(expected.GetProperty("grad_output"))]);
        foreach (var g in grads.EnumerateObject())
        {
            if (g.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            var mine = parameters[g.Name].grad ?? zeros_like(parameters[g.Name]);
            if (GoldenFile.Difference(mine, g.Value, Rtol, Atol) is { } d)
            {
                return $"gradient of {g.Name}: {d}";
            }
        }
        return null;
    }
}
