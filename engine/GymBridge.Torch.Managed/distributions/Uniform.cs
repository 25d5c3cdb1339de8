using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            public static Uniform Uniform(Tensor low, Tensor high, Generator? generator = null) => new(low, high, generator);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Uniform on [low, high).</summary>
    public class Uniform : torch.distributions.Distribution
    {
        private readonly torch.Tensor _low;
        private readonly torch.Tensor _high;

        public Uniform(torch.Tensor low, torch.Tensor high, torch.Generator? generator = null)
            : base(generator, Shapes.Broadcast(low.Impl.Shape, high.Impl.Shape))
        {
            _low = low.expand(batch_shape).DetachFromDisposeScope();
            _high = high.expand(batch_shape).DetachFromDisposeScope();
        }

        public override torch.Tensor mean => (_high + _low) / 2;

        public override torch.Tensor mode => torch.full_like(_low, double.NaN);

        public override torch.Tensor variance => (_high - _low).square() / 12;

        public override torch.Tensor stddev => (_high - _low) / Math.Sqrt(12);

        public override torch.Tensor rsample(params long[] sample_shape) =>
            _low + (torch.rand(ExtendedShape(sample_shape), _low.dtype, generator: generator) * (_high - _low));

        public override torch.Tensor log_prob(torch.Tensor value) =>
            torch.log(_low.le(value).logical_and(_high.gt(value)).type_as(_low)) - (_high - _low).log();

        public override torch.Tensor entropy() => (_high - _low).log();

        public override torch.Tensor cdf(torch.Tensor value) => ((value - _low) / (_high - _low)).clamp(0, 1);

        public override torch.Tensor icdf(torch.Tensor value) => (value * (_high - _low)) + _low;

        public override torch.distributions.Distribution expand(torch.Size batch_shape, torch.distributions.Distribution? instance = null) =>
            instance is null or Uniform ? new Uniform(_low.expand(batch_shape), _high.expand(batch_shape), generator) : throw new ArgumentException("expand(): 'instance' must be a Uniform distribution");

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _low.Dispose();
                _high.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
