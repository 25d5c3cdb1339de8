using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            public static Gamma Gamma(Tensor concentration, Tensor rate, Generator? generator = null) => new(concentration, rate, generator);

            public static Chi2 Chi2(Tensor df, Generator? generator = null) => new(df, generator);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Gamma by shape and rate.</summary>
    /// <remarks>Samples keep their gradient, as in PyTorch; TorchSharp 0.107.0 cuts it off.</remarks>
    public class Gamma : torch.distributions.ExponentialFamily
    {
        protected torch.Tensor concentration;
        private readonly torch.Tensor _rate;

        public Gamma(torch.Tensor concentration, torch.Tensor rate, torch.Generator? generator = null)
            : base(generator)
        {
            batch_shape = Shapes.Broadcast(concentration.Impl.Shape, rate.Impl.Shape);
            this.concentration = concentration.expand(batch_shape).DetachFromDisposeScope();
            _rate = rate.expand(batch_shape).DetachFromDisposeScope();
        }

        public override torch.Tensor mean => concentration / _rate;

        public override torch.Tensor mode => ((concentration - 1) / _rate).clamp_min(0);

        public override torch.Tensor variance => concentration / _rate.square();

        protected override IList<torch.Tensor> NaturalParams => [concentration - 1, -_rate];

        protected override torch.Tensor MeanCarrierMeasure => torch.zeros([], _rate.dtype);

        public override torch.Tensor rsample(params long[] sample_shape)
        {
            var shape = ExtendedShape(sample_shape);
            return (torch._standard_gamma(concentration.expand(shape), generator) / _rate.expand(shape)).clamp_min(torch.finfo(_rate.dtype).tiny);
        }

        public override torch.Tensor log_prob(torch.Tensor value) =>
            concentration.xlogy(_rate) + (concentration - 1).xlogy(value) - (_rate * value) - concentration.lgamma();

        public override torch.Tensor entropy() => concentration - _rate.log() + concentration.lgamma() + ((1 - concentration) * concentration.digamma());

        public override torch.Tensor cdf(torch.Tensor value) => concentration.igamma(_rate * value);

        public override torch.distributions.Distribution expand(torch.Size batch_shape, torch.distributions.Distribution? instance = null) =>
            instance is null or Gamma ? new Gamma(concentration.expand(batch_shape), _rate.expand(batch_shape), generator) : throw new ArgumentException("expand(): 'instance' must be a Gamma distribution");

        protected override torch.Tensor LogNormalizer(params torch.Tensor[] parameters) =>
            (parameters[0] + 1).lgamma() - ((parameters[0] + 1) * (-parameters[1]).log());

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                concentration.Dispose();
                _rate.Dispose();
            }
            base.Dispose(disposing);
        }
    }

    /// <summary>Chi-squared with df degrees of freedom.</summary>
    public class Chi2 : Gamma
    {
        public Chi2(torch.Tensor df, torch.Generator? generator = null)
            : base(df * 0.5, torch.full_like(df, 0.5), generator)
        {
        }

        public torch.Tensor df => concentration * 2;

        public override torch.distributions.Distribution expand(torch.Size batch_shape, torch.distributions.Distribution? instance = null) =>
            instance is null or Chi2 ? new Chi2(df.expand(batch_shape), generator) : throw new ArgumentException("expand(): 'instance' must be a Chi2 distribution");
    }
}
