using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            public static Laplace Laplace(Tensor loc, Tensor scale, Generator? generator = null) => new(loc, scale, generator);

            public static Laplace Laplace(float loc, float scale = 1f, Generator? generator = null) => new(tensor(loc), tensor(scale), generator);

            public static Laplace Laplace(double loc, double scale = 1.0, Generator? generator = null) => new(tensor(loc), tensor(scale), generator);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Laplace (double exponential).</summary>
    public class Laplace : torch.distributions.Distribution
    {
        private readonly torch.Tensor _loc;
        private readonly torch.Tensor _scale;

        public Laplace(torch.Tensor loc, torch.Tensor scale, torch.Generator? generator = null)
            : base(generator, Shapes.Broadcast(loc.Impl.Shape, scale.Impl.Shape))
        {
            _loc = loc.expand(batch_shape).DetachFromDisposeScope();
            _scale = scale.expand(batch_shape).DetachFromDisposeScope();
        }

        public override torch.Tensor mean => _loc.alias();

        public override torch.Tensor mode => _loc.alias();

        public override torch.Tensor variance => _scale.square() * 2;

        public override torch.Tensor stddev => _scale * Math.Sqrt(2);

        public override torch.Tensor rsample(params long[] sample_shape)
        {
            var u = (torch.rand(ExtendedShape(sample_shape), _loc.dtype, generator: generator) * 2) - 1;
            return _loc - (_scale * u.sign() * (-u.abs()).log1p());
        }

        public override torch.Tensor log_prob(torch.Tensor value) => -(_scale * 2).log() - ((value - _loc).abs() / _scale);

        public override torch.Tensor entropy() => (_scale * 2).log() + 1;

        public override torch.Tensor cdf(torch.Tensor value) => 0.5 - ((value - _loc).sign() * (-(value - _loc).abs() / _scale).expm1() * 0.5);

        public override torch.Tensor icdf(torch.Tensor value) => _loc - (_scale * (value - 0.5).sign() * ((value - 0.5).abs() * -2).log1p());

        public override torch.distributions.Distribution expand(torch.Size batch_shape, torch.distributions.Distribution? instance = null) =>
            instance is null or Laplace ? new Laplace(_loc.expand(batch_shape), _scale.expand(batch_shape), generator) : throw new ArgumentException("expand(): 'instance' must be a Laplace distribution");

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
