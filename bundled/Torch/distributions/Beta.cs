using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            public static Beta Beta(Tensor concentration1, Tensor concentration0, Generator? generator = null) => new(concentration1, concentration0, generator);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Beta on [0, 1].</summary>
    public class Beta : torch.distributions.Distribution
    {
        private readonly torch.Tensor _concentration1;
        private readonly torch.Tensor _concentration0;

        public Beta(torch.Tensor concentration1, torch.Tensor concentration0, torch.Generator? generator = null)
            : base(generator, Shapes.Broadcast(concentration1.Impl.Shape, concentration0.Impl.Shape))
        {
            _concentration1 = concentration1.expand(batch_shape).DetachFromDisposeScope();
            _concentration0 = concentration0.expand(batch_shape).DetachFromDisposeScope();
        }

        public override torch.Tensor mean => _concentration1 / (_concentration1 + _concentration0);

        public override torch.Tensor mode => Mode();

        public override torch.Tensor variance => _concentration1 * _concentration0 / ((_concentration1 + _concentration0).square() * (_concentration1 + _concentration0 + 1));

        public override torch.Tensor sample(params long[] sample_shape) => Drawn(sample_shape);

        public override torch.Tensor rsample(params long[] sample_shape)
        {
            if (Autograd.Records(_concentration1, _concentration0))
                throw Errors.NotSupported("Beta.rsample with a gradient (use sample, or no_grad)");
            return Drawn(sample_shape);
        }

        public override torch.Tensor log_prob(torch.Tensor value) => (_concentration1 - 1).xlogy(value) + (_concentration0 - 1).xlogy(1 - value) - (torch.lgamma(_concentration1) + torch.lgamma(_concentration0) - torch.lgamma(_concentration1 + _concentration0));

        public override torch.Tensor entropy() => (torch.lgamma(_concentration1) + torch.lgamma(_concentration0) - torch.lgamma(_concentration1 + _concentration0)) - ((_concentration1 - 1) * torch.digamma(_concentration1)) - ((_concentration0 - 1) * torch.digamma(_concentration0)) + ((_concentration1 + _concentration0 - 2) * torch.digamma(_concentration1 + _concentration0));

        public override torch.distributions.Distribution expand(torch.Size batch_shape, torch.distributions.Distribution? instance = null) =>
            instance is null or Beta ? new Beta(_concentration1.expand(batch_shape), _concentration0.expand(batch_shape), generator) : throw new ArgumentException("expand(): 'instance' must be a Beta distribution");

        /// <summary>x / (x + y) of two gamma variables (Marsaglia and Tsang 2000): not libtorch's stream.</summary>
        private torch.Tensor Drawn(long[] sample_shape)
        {
            using var _ = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            var shape = ExtendedShape(sample_shape);
            var a = _concentration1.expand(shape).to(ScalarType.Float64).data<double>().ToArray();
            var b = _concentration0.expand(shape).to(ScalarType.Float64).data<double>().ToArray();
            var rng = RandomKernel.Source(generator);
            lock (rng)
            {
                for (var i = 0; i < a.Length; i++)
                {
                    var x = RandomKernel.Gamma(a[i], rng);
                    a[i] = x / (x + RandomKernel.Gamma(b[i], rng));
                }
            }
            return torch.tensor(a, shape, _concentration1.dtype).MoveToOuterDisposeScope();
        }

        /// <summary>1 where both are below one, as PyTorch has it by way of its Dirichlet distribution.</summary>
        private torch.Tensor Mode()
        {
            var a = (_concentration1 - 1).clamp_min(0);
            var sum = a + (_concentration0 - 1).clamp_min(0);
            var both = _concentration1.lt(1).logical_and(_concentration0.lt(1));
            return torch.where(both, torch.ones_like(a), a / sum.masked_fill(both, 1));
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _concentration1.Dispose();
                _concentration0.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
