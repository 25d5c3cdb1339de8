namespace TorchSharp;

public static partial class torch
{
    public static Tensor polygamma(Tensor input, long p) => input.polygamma(p);

    public static Tensor polygamma_(Tensor input, long p) => input.polygamma_(p);

    public static Tensor mvlgamma(Tensor input, long p) => input.mvlgamma(p);

    public static Tensor mvlgamma_(Tensor input, long p) => input.mvlgamma_(p);

    public static Tensor igamma(Tensor input, Tensor other) => input.igamma(other);

    public static Tensor igammac(Tensor input, Tensor other) => input.igammac(other);

    /// <summary>Poisson variables of the given rates, in their dtype.</summary>
    public static Tensor poisson(Tensor input, Generator? generator = null) => input.poisson(generator);

    /// <summary>Gamma variables of scale one. Their gradient is that of the quantile they are (implicit reparameterization).</summary>
    public static Tensor _standard_gamma(Tensor input, Generator? generator = null) => GammaFunctions.StandardGamma(input, generator);

    /// <summary>Dirichlet variables over the last dimension. The gradient is PyTorch's; TorchSharp 0.107.0 has none.</summary>
    public static Tensor _sample_dirichlet(Tensor input, Generator? generator = null) => GammaFunctions.SampleDirichlet(input, generator);

    public partial class Tensor
    {
        /// <summary>The p-th derivative of digamma.</summary>
        public Tensor polygamma(long p)
        {
            if (p < 0)
                throw Errors.Libtorch("polygamma(n, x) does not support negative n.");
            return Unary.Map(this, x => GammaMath.Polygamma(p, x), (g, x, y) => g * x.polygamma(p + 1));
        }

        public Tensor polygamma_(long p) => Autograd.Assign(this, polygamma(p));

        /// <summary>The logarithm of the multivariate gamma function of dimension p.</summary>
        public Tensor mvlgamma(long p)
        {
            if (p < 1)
                throw Errors.Libtorch($"p has to be greater than or equal to 1, but got {p}");
            var steps = torch.arange(0, p, 1, DTypes.Floating(Impl.DType)) * -0.5;
            return (unsqueeze(-1) + steps).lgamma().sum(-1L) + (p * (p - 1) / 4.0 * Math.Log(Math.PI));
        }

        public Tensor mvlgamma_(long p) => Autograd.Assign(this, mvlgamma(p));

        /// <summary>The regularized lower incomplete gamma function.</summary>
        public Tensor igamma(Tensor other) => GammaFunctions.Incomplete<IgammaOp>(this, other, FloatingOnly(other, "igamma"), "igamma", 1);

        /// <summary>The regularized upper incomplete gamma function.</summary>
        public Tensor igammac(Tensor other) => GammaFunctions.Incomplete<IgammacOp>(this, other, FloatingOnly(other, "igammac"), "igammac", -1);

        public Tensor poisson(Generator? generator = null)
        {
            var result = new Tensor(GammaKernel.Poisson(Impl, generator));
            return Autograd.Records(this) ? Autograd.Attach(result, this, static (n, g) => n.Give(0, g.zeros_like())) : result;
        }
    }
}
