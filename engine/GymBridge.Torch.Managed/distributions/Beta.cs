using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            public static Beta Beta(Tensor concentration1, Tensor concentration0, Generator? generator = null) =>
                new(concentration1, concentration0, generator);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Beta on [0, 1]: the first of two components of a Dirichlet variable.</summary>
    public class Beta : torch.distributions.ExponentialFamily
    {
        protected Dirichlet dirichlet;
        private readonly torch.Tensor _concentration1;
        private readonly torch.Tensor _concentration0;

        public Beta(torch.Tensor concentration1, torch.Tensor concentration0, torch.Generator? generator = null)
            : base(generator)
        {
            batch_shape = Shapes.Broadcast(concentration1.Impl.Shape, concentration0.Impl.Shape);
            _concentration1 = concentration1.expand(batch_shape).DetachFromDisposeScope();
            _concentration0 = concentration0.expand(batch_shape).DetachFromDisposeScope();
            using var both = torch.stack([_concentration1, _concentration0], -1);
            dirichlet = new Dirichlet(both, generator);
        }

        public override torch.Tensor mean => _concentration1 / (_concentration1 + _concentration0);

        public override torch.Tensor mode => dirichlet.mode.select(-1, 0);

        public override torch.Tensor variance =>
            _concentration1 * _concentration0 / ((_concentration1 + _concentration0).square() * (_concentration1 + _concentration0 + 1));

        protected override IList<torch.Tensor> NaturalParams => [_concentration1, _concentration0];

        protected override torch.Tensor MeanCarrierMeasure => throw new NotImplementedException("Beta.MeanCarrierMeasure");

        public override torch.Tensor rsample(params long[] sample_shape) => dirichlet.rsample(sample_shape).select(-1, 0);

        public override torch.Tensor log_prob(torch.Tensor value) => dirichlet.log_prob(torch.stack([value, 1 - value], -1));

        public override torch.Tensor entropy() => dirichlet.entropy();

        public override torch.distributions.Distribution expand(torch.Size batch_shape, torch.distributions.Distribution? instance = null) =>
            instance is null or Beta ? new Beta(_concentration1.expand(batch_shape), _concentration0.expand(batch_shape), generator) : throw new ArgumentException("expand(): 'instance' must be a Beta distribution");

        protected override torch.Tensor LogNormalizer(params torch.Tensor[] parameters) =>
            parameters[0].lgamma() + parameters[1].lgamma() - (parameters[0] + parameters[1]).lgamma();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                dirichlet.Dispose();
                _concentration1.Dispose();
                _concentration0.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
