using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>Shapes, transforms and relations between distributions that the golden files do not hold.</summary>
public class DistributionTests
{
    public static TheoryData<string> Transforms => ["exp", "log", "power", "sigmoid", "softplus", "tanh", "affine", "inverse", "composed", "independent"];

    /// <summary>The inverse undoes the map, and the Jacobian is the derivative.</summary>
    [Theory]
    [MemberData(nameof(Transforms))]
    public void Transform_EveryOne_HasItsInverseAndItsJacobian(string name)
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 0.2, 0.9, 1.7 }).requires_grad_();
        var t = Make(name);
        var y = t.forward(x);
        Assert.True(t.inv.forward(y).allclose(x, 1e-9, 1e-9));
        y.backward([ones_like(y)]);
        var expected = x.grad!.abs().log();
        Assert.True(LogDeterminant(t, x).allclose(name == "independent" ? expected.sum() : expected, 1e-9, 1e-9));
        Assert.Equal(name == "inverse" ? -1.0 : 1.0, t.sign.to(float64).item<double>());
    }

    [Fact]
    public void TransformedDistribution_OfVectors_SumsTheJacobianOverTheEvent()
    {
        using var scope = NewDisposeScope();
        var d = new TransformedDistribution(MultivariateNormal(zeros(3), eye(3)), new transforms.AffineTransform(1, 2));
        Assert.Equal([3], d.event_shape.Shape);
        var expected = MultivariateNormal(ones(3), eye(3) * 4).log_prob(tensor(new[] { 0.3f, 1, -2 }));
        Assert.True(d.log_prob(tensor(new[] { 0.3f, 1, -2 })).allclose(expected, 1e-5));
        Assert.Equal([5, 3], d.rsample(5).shape);
        Assert.Equal([4, 3], d.expand(new Size(4)).sample().shape);
    }

    [Fact]
    public void TransformedDistribution_FallingTransform_TurnsItsQuantilesRound()
    {
        using var scope = NewDisposeScope();
        var d = new TransformedDistribution(Normal(tensor(0.0), tensor(1.0)), new transforms.AffineTransform(0, -1));
        Assert.Equal(Normal(tensor(0.0), tensor(1.0)).cdf(tensor(0.4)).item<double>(), d.cdf(tensor(0.4)).item<double>(), 1e-12);
        Assert.Equal(0.4, d.icdf(d.cdf(tensor(0.4))).item<double>(), 1e-9);
    }

    [Fact]
    public void Reshape_BetweenShapesOfOneSize_KeepsTheNumbers()
    {
        using var scope = NewDisposeScope();
        var t = new transforms.ReshapeTransform([2, 3], [6]);
        Assert.Equal([4, 6], t.forward_shape([4, 2, 3]));
        Assert.Equal([4, 2, 3], t.inv.forward(t.forward(randn(4, 2, 3))).shape);
        Assert.Throws<ArgumentException>(() => new transforms.ReshapeTransform([2, 3], [5]));
        Assert.Throws<ArgumentException>(() => t.forward_shape([4, 5]));
    }

    [Fact]
    public void MultivariateNormal_ByCovariancePrecisionOrFactor_IsTheSame()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var a = randn(3, 3, dtype: float64);
        var covariance = a.mm(a.t()) + eye(3, dtype: float64);
        var loc = randn(3, dtype: float64);
        var tril = linalg.cholesky(covariance);
        Assert.True(tril.mm(tril.t()).allclose(covariance));
        var identity = eye(3, dtype: float64);
        var precision = linalg.solve_triangular(tril.t(), linalg.solve_triangular(tril, identity, upper: false), upper: true);
        var at = randn(5, 3, dtype: float64);
        var expected = MultivariateNormal(loc, covariance).log_prob(at);
        Assert.True(MultivariateNormal(loc, scale_tril: tril).log_prob(at).allclose(expected));
        Assert.True(MultivariateNormal(loc, precision_matrix: precision).log_prob(at).allclose(expected));
        Assert.True(MultivariateNormal(loc, covariance).variance.allclose(covariance.diagonal()));

        manual_seed(3);
        var samples = MultivariateNormal(loc, covariance).sample(50_000);
        var centred = samples - samples.mean([0], keepdim: true);
        Assert.True((centred.t().mm(centred) / 50_000).allclose(covariance, 0.05, 0.05));
        Assert.Equal([2, 3], MultivariateNormal(loc, covariance).expand(new Size(2)).sample().shape);
    }

    [Fact]
    public void Samples_OfEveryNewDistribution_HaveItsMeanVarianceAndShape()
    {
        using var scope = NewDisposeScope();
        var cases = new Distribution[]
        {
            Gamma(tensor(new[] { 0.6, 4.0 }), tensor(2.0)),
            Chi2(tensor(new[] { 1.5, 6.0 })),
            Beta(tensor(new[] { 0.6, 4.0 }), tensor(2.0)),
            LogNormal(tensor(new[] { 0.1, -0.4 }), tensor(0.4)),
            Poisson(tensor(new[] { 0.7, 25.0 })),
            Dirichlet(tensor(new[] { 0.7, 1.5, 4 })),
        };
        foreach (var d in cases)
        {
            manual_seed(1);
            using var _ = no_grad();
            var x = d.sample(40_000);
            Assert.True(x.mean([0]).allclose(d.mean, 0.04, 0.005), d.GetType().Name);
            Assert.True(x.var(0L).allclose(d.variance, 0.08, 0.005), d.GetType().Name);
            Assert.Equal([2, 3, .. d.batch_shape.Shape, .. d.event_shape.Shape], d.sample(2, 3).shape);
            Assert.Equal([2, .. d.batch_shape.Shape, .. d.event_shape.Shape], d.expand(new Size([2L, .. d.batch_shape.Shape])).sample().shape);
            Assert.Equal([7, .. d.batch_shape.Shape], d.log_prob(d.sample(7)).shape);
        }
    }

    /// <summary>Bregman's divergence of the normalizer gives what the closed form gives.</summary>
    [Fact]
    public void ExponentialFamily_GammasEntropy_IsThatOfItsClosedForm()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (tensor(new[] { 0.6, 4.0 }), tensor(new[] { 2.0, 0.5 }));
        Assert.True(new GammaByNormalizer(a, b).entropy().allclose(Gamma(a, b).entropy()));
    }

    [Fact]
    public void Constraints_OfValues_TellThoseInside()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { -1.0, 0.0, 0.5, 2.0, double.NaN });
        Assert.Equal([true, true, true, true, false], constraints.real.check(x).data<bool>().ToArray());
        Assert.Equal([false, false, true, true, false], constraints.positive.check(x).data<bool>().ToArray());
        Assert.Equal([false, true, true, true, false], constraints.nonnegative.check(x).data<bool>().ToArray());
        Assert.Equal([false, true, true, false, false], constraints.unit_interval.check(x).data<bool>().ToArray());
        Assert.True(constraints.simplex.check(tensor(new[] { 0.25, 0.75 })).item<bool>());
        Assert.False(constraints.real_vector.check(x).item<bool>());
        Assert.Equal(1, constraints.independent(constraints.real, 1).event_dim);
    }

    private static transforms.Transform Make(string name) => name switch
    {
        "exp" => new transforms.ExpTransform(),
        "log" => new transforms.LogTransform(),
        "power" => new transforms.PowerTransform(tensor(1.7)),
        "sigmoid" => new transforms.SigmoidTransform(),
        "softplus" => new transforms.SoftplusTransform(),
        "tanh" => new transforms.TanhTransform(),
        "affine" => new transforms.AffineTransform(tensor(0.3), tensor(1.4)),
        "inverse" => new transforms.AffineTransform(0.3, -1.4).inv,
        "independent" => new transforms.IndepdenentTransform(new transforms.ExpTransform(), 1),
        _ => new transforms.ComposeTransform([new transforms.AffineTransform(0.3, 1.4), new transforms.TanhTransform(), new transforms.ExpTransform()]),
    };

    private static Tensor LogDeterminant(transforms.Transform t, Tensor x) => t.log_abs_det_jacobian(x, t.forward(x));

    private sealed class GammaByNormalizer(Tensor a, Tensor b) : ExponentialFamily(null)
    {
        public override Tensor mean => a / b;

        public override Tensor variance => a / b.square();

        protected override IList<Tensor> NaturalParams => [a - 1, -b];

        protected override Tensor MeanCarrierMeasure => zeros_like(a);

        public override Tensor rsample(params long[] sample_shape) => throw new NotSupportedException();

        public override Tensor log_prob(Tensor value) => throw new NotSupportedException();

        public override Distribution expand(Size batch_shape, Distribution? instance = null) => throw new NotSupportedException();

        protected override Tensor LogNormalizer(params Tensor[] parameters) => (parameters[0] + 1).lgamma() - ((parameters[0] + 1) * (-parameters[1]).log());
    }
}
