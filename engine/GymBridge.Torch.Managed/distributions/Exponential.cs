using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            public static Exponential Exponential(Tensor rate, Generator? generator = null) => new(rate, generator);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Exponential with a rate.</summary>
    public class Exponential : torch.distributions.Distribution
    {
        private readonly torch.Tensor _rate;

        public Exponential(torch.Tensor rate, torch.Generator? generator = null)
            : base(generator, rate.Impl.Shape)
        {
            _rate = rate.expand(batch_shape).DetachFromDisposeScope();
        }

        public override torch.Tensor mean => _rate.reciprocal();

        public override torch.Tensor mode => torch.zeros_like(_rate);

        public override torch.Tensor variance => _rate.pow(-2);

        public override torch.Tensor stddev => _rate.reciprocal();

        public override torch.Tensor rsample(params long[] sample_shape) =>
            torch.empty(ExtendedShape(sample_shape), _rate.dtype).exponential_(1, generator) / _rate;

        public override torch.Tensor log_prob(torch.Tensor value) => _rate.log() - (_rate * value);

        public override torch.Tensor entropy() => 1 - _rate.log();

        public override torch.Tensor cdf(torch.Tensor value) => 1 - (-_rate * value).exp();

        public override torch.Tensor icdf(torch.Tensor value) => -(-value).log1p() / _rate;

        public override torch.distributions.Distribution expand(torch.Size batch_shape, torch.distributions.Distribution? instance = null) =>
            instance is null or Exponential ? new Exponential(_rate.expand(batch_shape), generator) : throw new ArgumentException("expand(): 'instance' must be a Exponential distribution");

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _rate.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
