using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            public static Dirichlet Dirichlet(Tensor concentration, Generator? generator = null) => new(concentration, generator);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Probabilities over the last dimension, by their concentrations.</summary>
    public class Dirichlet : torch.distributions.ExponentialFamily
    {
        private readonly torch.Tensor _concentration;

        public Dirichlet(torch.Tensor concentration, torch.Generator? generator = null)
            : base(generator)
        {
            if (concentration.ndim < 1)
                throw new ArgumentException("'concentration' must be at least one-dimensional.");
            batch_shape = concentration.shape[..^1];
            event_shape = concentration.shape[^1..];
            _concentration = concentration.alias().DetachFromDisposeScope();
        }

        public override torch.Tensor mean => _concentration / Total();

        /// <summary>Where all concentrations are below one every corner is a mode: the first, as PyTorch has it.</summary>
        public override torch.Tensor mode
        {
            get
            {
                using var scope = torch.NewDisposeScope();
                var a = (_concentration - 1).clamp_min(0);
                var corner = _concentration.lt(1).all(-1L, keepdim: true);
                var first = torch.arange(event_shape[0]).eq(0).to(a.dtype).expand(a.shape);
                return torch.where(corner, first, a / a.sum(-1L, keepdim: true).masked_fill(corner, 1)).MoveToOuterDisposeScope();
            }
        }

        public override torch.Tensor variance
        {
            get
            {
                using var scope = torch.NewDisposeScope();
                var total = Total();
                return (_concentration * (total - _concentration) / (total.square() * (total + 1))).MoveToOuterDisposeScope();
            }
        }

        protected override IList<torch.Tensor> NaturalParams => [_concentration];

        protected override torch.Tensor MeanCarrierMeasure => throw new NotImplementedException("Dirichlet.MeanCarrierMeasure");

        public override torch.Tensor rsample(params long[] sample_shape) =>
            torch._sample_dirichlet(_concentration.expand(ExtendedShape(sample_shape)), generator);

        public override torch.Tensor log_prob(torch.Tensor value)
        {
            using var scope = torch.NewDisposeScope();
            return ((_concentration - 1).xlogy(value).sum(-1L) - LogNormalizer(_concentration)).MoveToOuterDisposeScope();
        }

        public override torch.Tensor entropy()
        {
            using var scope = torch.NewDisposeScope();
            var total = _concentration.sum(-1L);
            return (
                LogNormalizer(_concentration) - ((event_shape[0] - total) * total.digamma()) - (
                    (_concentration - 1) * _concentration.digamma()).sum(-1L)).MoveToOuterDisposeScope();
        }

        public override torch.distributions.Distribution expand(torch.Size batch_shape, torch.distributions.Distribution? instance = null) =>
            instance is null or Dirichlet
                ? new Dirichlet(_concentration.expand([.. batch_shape.Shape, .. event_shape.Shape]), generator)
                : throw new ArgumentException("expand(): 'instance' must be a Dirichlet distribution");

        protected override torch.Tensor LogNormalizer(params torch.Tensor[] parameters) => parameters[0].lgamma().sum(-1L) - parameters[0].sum(-1L).lgamma();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _concentration.Dispose();
            base.Dispose(disposing);
        }

        private torch.Tensor Total() => _concentration.sum(-1L, keepdim: true);
    }
}
