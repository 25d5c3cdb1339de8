using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            public static Independent Independent(Distribution base_distribution, int reinterpreted_batch_dims, Generator? generator = null) =>
                new(base_distribution, reinterpreted_batch_dims, generator);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Reads the last batch dimensions of another distribution as one event: log-probabilities and entropies are summed over them.</summary>
    public class Independent : torch.distributions.Distribution
    {
        private readonly torch.distributions.Distribution _base;
        private readonly int _dims;

        public Independent(torch.distributions.Distribution base_distribution, int reinterpreted_batch_ndims, torch.Generator? generator = null)
            : base(
                generator,
                new torch.Size(base_distribution.batch_shape.Shape[..^Checked(base_distribution, reinterpreted_batch_ndims)]),
                new torch.Size([.. base_distribution.batch_shape.Shape[^reinterpreted_batch_ndims..], .. base_distribution.event_shape.Shape]))
        {
            _base = base_distribution;
            _dims = reinterpreted_batch_ndims;
        }

        public override torch.Tensor mean => _base.mean;

        public override torch.Tensor mode => _base.mode;

        public override torch.Tensor variance => _base.variance;

        public override torch.Tensor sample(params long[] sample_shape) => _base.sample(sample_shape);

        public override torch.Tensor rsample(params long[] sample_shape) => _base.rsample(sample_shape);

        public override torch.Tensor log_prob(torch.Tensor value) => Sum(_base.log_prob(value));

        public override torch.Tensor entropy() => Sum(_base.entropy());

        public override torch.distributions.Distribution expand(torch.Size batch_shape, torch.distributions.Distribution? instance = null) =>
            new Independent(_base.expand(new torch.Size([.. batch_shape.Shape, .. event_shape.Shape[.._dims]])), _dims, generator);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _base.Dispose();
            base.Dispose(disposing);
        }

        private static int Checked(torch.distributions.Distribution d, int n) =>
            n >= 0 && n <= d.batch_shape.Length ? n : throw new ArgumentException($"Expected reinterpreted_batch_ndims <= {d.batch_shape.Length}, the number of batch dimensions, but got {n}.");

        private torch.Tensor Sum(torch.Tensor t)
        {
            if (_dims == 0)
                return t;
            var dims = new long[_dims];
            for (var i = 0; i < _dims; i++)
                dims[i] = -1 - i;
            return t.sum(dims);
        }
    }
}
