using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            public static Normal Normal(Tensor loc, Tensor scale, Generator? generator = null) => new(loc, scale, generator);

            public static Normal Normal(float loc, float scale = 1f, Generator? generator = null) => new(tensor(loc), tensor(scale), generator);

            public static Normal Normal(double loc, double scale = 1.0, Generator? generator = null) => new(tensor(loc), tensor(scale), generator);
        }
    }
}

namespace TorchSharp.Modules
{
    public class Normal : torch.distributions.Distribution
    {
        private readonly torch.Tensor _loc;
        private readonly torch.Tensor _scale;

        public Normal(torch.Tensor loc, torch.Tensor scale, torch.Generator? generator = null)
            : base(generator, Shapes.Broadcast(loc.Impl.Shape, scale.Impl.Shape))
        {
            _loc = loc.expand(batch_shape).DetachFromDisposeScope();
            _scale = scale.expand(batch_shape).DetachFromDisposeScope();
        }

        public override torch.Tensor mean => _loc.alias();

        public override torch.Tensor mode => _loc.alias();

        public override torch.Tensor stddev => _scale.alias();

        public override torch.Tensor variance => _scale.square();

        public override torch.Tensor sample(params long[] sample_shape)
        {
            using var _ = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            return rsample(sample_shape).MoveToOuterDisposeScope();
        }

        public override torch.Tensor rsample(params long[] sample_shape)
        {
            var noise = torch.randn(ExtendedShape(sample_shape), _loc.dtype, generator: generator);
            return _loc + (noise * _scale);
        }

        public override torch.Tensor log_prob(torch.Tensor value)
        {
            var z = (value - _loc).square() / (_scale.square() * -2);
            return z - _scale.log() - Math.Log(Math.Sqrt(2 * Math.PI));
        }

        public override torch.Tensor entropy() => _scale.log() + (0.5 + (0.5 * Math.Log(2 * Math.PI)));

        public override torch.Tensor cdf(torch.Tensor value) => (((value - _loc) / (_scale * Math.Sqrt(2))).erf() + 1) * 0.5;

        public override torch.Tensor icdf(torch.Tensor value) => _loc + (_scale * ((value * 2) - 1).erfinv() * Math.Sqrt(2));

        public override torch.distributions.Distribution expand(torch.Size batch_shape, torch.distributions.Distribution? instance = null)
        {
            if (instance is not null and not Normal)
                throw new ArgumentException("expand(): 'instance' must be a Normal distribution");
            return new Normal(_loc.expand(batch_shape), _scale.expand(batch_shape), generator);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _loc.Dispose();
                _scale.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
