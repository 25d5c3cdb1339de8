using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace GymBridge.Torch.Managed.Tests.Parity;

/// <summary>Gamma, Dirichlet and Poisson variables and special functions of samples.json, which libtorch made (golden/generate_samples.cs.txt).</summary>
public class SamplesParityTests
{
    [Fact]
    public void Program_EverySeed_DrawsWhatLibtorchDraws()
    {
        using var scope = NewDisposeScope();
        var programs = 0;
        foreach (var program in GoldenFile.Load("samples.json").GetProperty("programs").EnumerateArray())
        {
            var name = $"{program.GetProperty("fn")} seed {program.GetProperty("seed")}";
            var parameter = GoldenFile.Tensor(program.GetProperty("parameter"));
            manual_seed(program.GetProperty("seed").GetInt64());
            var got = program.GetProperty("fn").GetString() switch
            {
                "gamma" => _standard_gamma(parameter),
                "dirichlet" => _sample_dirichlet(parameter),
                _ => poisson(parameter),
            };
            var difference = GoldenFile.Difference(got, program.GetProperty("result"), 0, 0);
            Assert.True(difference is null, $"{name}: {difference}");
            Assert.Null(GoldenFile.Difference(rand(2), program.GetProperty("next"), 0, 0));
            programs++;
        }
        Assert.Equal(18, programs);
    }

    [Fact]
    public void SpecialFunction_EveryOne_MatchesLibtorch()
    {
        using var scope = NewDisposeScope();
        var file = GoldenFile.Load("samples.json");
        var x = GoldenFile.Tensor(file.GetProperty("points"));
        var y = GoldenFile.Tensor(file.GetProperty("others"));
        var functions = new Dictionary<string, Tensor>
        {
            ["lgamma"] = special.gammaln(x),
            ["digamma"] = special.psi(x),
            ["polygamma2"] = x.polygamma(2),
            ["polygamma3"] = special.polygamma(3, x),
            ["polygamma4"] = polygamma(x, 4),
            ["mvlgamma2"] = special.multigammaln(x + 1, 2),
            ["igamma"] = special.gammainc(x, y),
            ["igammac"] = special.gammaincc(x, y),
            ["zeta"] = special.zeta(x + 1.25, y),
            ["ndtr"] = special.ndtr(x - 2),
            ["ndtri"] = special.ndtri(x / 151),
            ["entr"] = special.entr(x - 1),
            ["erfinv"] = special.erfinv(x / 151),
        };
        foreach (var expected in file.GetProperty("functions").EnumerateObject())
        {
            // libtorch's expansion of the incomplete gamma functions near a large shape is good to eight digits: see the next test.
            var tolerance = expected.Name.StartsWith("igamma", StringComparison.Ordinal) ? 1e-8 : 1e-12;
            var difference = GoldenFile.Difference(functions[expected.Name], expected.Value, tolerance, 1e-13);
            Assert.True(difference is null, $"{expected.Name}: {difference}");
        }
    }

    /// <summary>Of a whole shape, Q(a, x) = exp(-x) times the sum of x^k / k! for k below a; computed here with forty decimal digits.</summary>
    [Theory]
    [InlineData(30, 35, 0.8229545478999385)]
    [InlineData(30, 28, 0.3773896943143976)]
    [InlineData(3, 0.5, 0.014387677966970687)]
    public void IncompleteGamma_OfAWholeShape_IsThePoissonSum(double a, double x, double expected)
    {
        Assert.Equal(expected, GymBridge.Torch.Managed.GammaMath.LowerGamma(a, x), 1e-14);
        Assert.Equal(1 - expected, GymBridge.Torch.Managed.GammaMath.UpperGamma(a, x), 1e-14);
    }

    [Fact]
    public void StandardGamma_Gradient_IsLibtorchsWithinItsApproximation()
    {
        using var scope = NewDisposeScope();
        foreach (var record in GoldenFile.Load("samples.json").GetProperty("gradients").EnumerateArray())
        {
            var alpha = GoldenFile.Tensor(record.GetProperty("alpha")).requires_grad_();
            manual_seed(record.GetProperty("seed").GetInt64());
            _standard_gamma(alpha).sum().backward();
            Assert.Null(GoldenFile.Difference(alpha.grad!, record.GetProperty("grad"), 3e-3, 1e-9));
        }
    }

    /// <summary>Along the gradient the quantile stays: the distribution function does not move.</summary>
    [Fact]
    public void StandardGamma_Gradient_KeepsTheQuantile()
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        var alpha = tensor(new[] { 0.05, 0.4, 1, 2.2, 9, 60, 900 }).repeat(20).requires_grad_();
        var z = _standard_gamma(alpha);
        z.sum().backward();
        using var _ = no_grad();
        var h = alpha * 1e-5;
        var ahead = igamma(alpha + h, z + (h * alpha.grad!));
        var behind = igamma(alpha - h, z - (h * alpha.grad!));
        var far = z.gt(1e-280);
        Assert.True((ahead - behind).abs().masked_select(far).max().item<double>() < 1e-9);
    }

    /// <summary>Beyond 1e5 the shape's gradient comes from another formula: it meets the series there.</summary>
    [Fact]
    public void StandardGamma_GradientOfALargeShape_GoesOnSmoothly()
    {
        foreach (var sigmas in new[] { -3.0, -0.5, 0, 1, 4 })
        {
            var below = GymBridge.Torch.Managed.GammaMath.GammaByShape(99_999, 99_999 + (sigmas * Math.Sqrt(99_999)));
            var above = GymBridge.Torch.Managed.GammaMath.GammaByShape(100_001, 100_001 + (sigmas * Math.Sqrt(100_001)));
            Assert.Equal(below, above, 3e-5);
        }
    }

    /// <summary>The mean of a sum of weighted components is known: its gradient is that of the samples' average, whatever their path.</summary>
    [Fact]
    public void DirichletAndBeta_GradientsOfSamples_AverageToTheGradientOfTheMean()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var concentration = tensor(new[] { 0.4, 1.5, 6.0 }).requires_grad_();
        var weights = tensor(new[] { 1.0, -2.0, 0.5 });
        using var d = Dirichlet(concentration);
        (d.rsample(40_000) * weights).sum(dim: -1).mean().backward();
        var sampled = concentration.grad!.clone();
        concentration.grad = null;
        (d.mean * weights).sum().backward();
        Assert.True(sampled.allclose(concentration.grad!, 0.03, 0.003));

        var a = tensor(2.0).requires_grad_();
        var b = tensor(0.7).requires_grad_();
        Beta(a, b).rsample(40_000).square().mean().backward();
        // The second moment is a (a + 1) / ((a + b) (a + b + 1)).
        var (x, y) = (tensor(2.0).requires_grad_(), tensor(0.7).requires_grad_());
        (x * (x + 1) / ((x + y) * (x + y + 1))).backward();
        Assert.Equal(x.grad!.item<double>(), a.grad!.item<double>(), 0.01);
        Assert.Equal(y.grad!.item<double>(), b.grad!.item<double>(), 0.01);
    }

    /// <summary>The closed form for Beta(a, 1): x = u^(1/a) moves with a as -x log x / a; and for Beta(1, b).</summary>
    [Theory]
    [InlineData(0.3, 0.01)]
    [InlineData(0.3, 0.95)]
    [InlineData(4.0, 0.2)]
    [InlineData(4.0, 0.9)]
    [InlineData(50.0, 0.999)]
    [InlineData(50.0, 0.5)]
    public void BetaByShape_WhereAClosedFormExists_IsThat(double shape, double x)
    {
        Assert.Equal(-x * Math.Log(x) / shape / (1 - x), GymBridge.Torch.Managed.GammaMath.BetaByShape(shape, 1, x), 1e-10);
    }

    [Fact]
    public void Samples_OfImpossibleParameters_AreRefused()
    {
        using var scope = NewDisposeScope();
        Assert.All(_standard_gamma(tensor(new[] { -0.5, -3, double.NaN })).data<double>().ToArray(), value => Assert.True(double.IsNaN(value)));
        Assert.Contains("invalid Poisson rate", Assert.ThrowsAny<Exception>(() => poisson(tensor(-1.0))).Message, StringComparison.Ordinal);
        var alpha = tensor(2.0).requires_grad_();
        Assert.Contains("igamma: input", Assert.ThrowsAny<Exception>(() => igamma(alpha, tensor(1.0)).backward()).Message, StringComparison.Ordinal);
        Assert.Contains("not positive-definite", Assert.ThrowsAny<Exception>(() => linalg.cholesky(-eye(2))).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => linalg.cholesky(zeros(2, 3)));
        Assert.Throws<ArgumentException>(() => MultivariateNormal(zeros(2)));
    }
}
