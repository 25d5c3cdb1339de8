using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            public static Poisson Poisson(Tensor rate, Generator? generator = null) => new(rate, generator);

            public static Poisson Poisson(float rate, Generator? generator = null) => new(tensor(rate), generator);

            public static Poisson Poisson(double rate, Generator? generator = null) => new(tensor(rate), generator);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Counts of events of a rate.</summary>
    public class Poisson : torch.distributions.ExponentialFamily
    {
        private readonly torch.Tensor _rate;

        public Poisson(torch.Tensor rate, torch.Generator? generator = null)
            : base(generator)
        {
            batch_shape = rate.shape;
            _rate = rate.alias().DetachFromDisposeScope();
        }

        public override torch.Tensor mean => _rate.alias();

        public override torch.Tensor mode => _rate.floor();

        public override torch.Tensor variance => _rate.alias();

        protected override IList<torch.Tensor> NaturalParams => [_rate.log()];

        protected override torch.Tensor MeanCarrierMeasure => throw new NotImplementedException("Poisson.MeanCarrierMeasure");

        public override torch.Tensor rsample(params long[] sample_shape)
        {
            using var _ = torch.no_grad();
            return _rate.expand(ExtendedShape(sample_shape)).poisson(generator);
        }

        public override torch.Tensor log_prob(torch.Tensor value) => value.xlogy(_rate) - _rate - (value + 1).lgamma();

        public override torch.distributions.Distribution expand(torch.Size batch_shape, torch.distributions.Distribution? instance = null) =>
            instance is null or Poisson ? new Poisson(_rate.expand(batch_shape), generator) : throw new ArgumentException("expand(): 'instance' must be a Poisson distribution");

        protected override torch.Tensor LogNormalizer(params torch.Tensor[] parameters) => parameters[0].exp();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _rate.Dispose();
            base.Dispose(disposing);
        }
    }
}
