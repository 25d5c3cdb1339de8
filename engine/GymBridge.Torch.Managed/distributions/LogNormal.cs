using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            public static LogNormal LogNormal(Tensor loc, Tensor scale, Generator? generator = null) => new(loc, scale, generator);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>exp of a normal variable.</summary>
    public class LogNormal : TransformedDistribution
    {
        internal LogNormal(torch.Tensor loc, torch.Tensor scale, torch.Generator? generator = null)
            : base(new Normal(loc, scale, generator), new torch.distributions.transforms.ExpTransform(), generator)
        {
            this.loc = loc.expand(batch_shape).DetachFromDisposeScope();
            this.scale = scale.expand(batch_shape).DetachFromDisposeScope();
        }

        public torch.Tensor loc { get; private set; }

        public torch.Tensor scale { get; private set; }

        public override torch.Tensor mean => (loc + (scale.square() / 2)).exp();

        public override torch.Tensor mode => (loc - scale.square()).exp();

        public override torch.Tensor variance => scale.square().expm1() * ((loc * 2) + scale.square()).exp();

        public override torch.Tensor entropy() => base_distribution.entropy() + loc;

        public override torch.distributions.Distribution expand(torch.Size batch_shape, torch.distributions.Distribution? instance = null) =>
            instance is null or LogNormal ? new LogNormal(loc.expand(batch_shape), scale.expand(batch_shape), generator) : throw new ArgumentException("expand(): 'instance' must be a LogNormal distribution");

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                loc.Dispose();
                scale.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
