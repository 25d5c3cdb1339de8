using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            public static MultivariateNormal MultivariateNormal(
                Tensor loc, Tensor? covariance_matrix = null, Tensor? precision_matrix = null, Tensor? scale_tril = null, Generator? generator = null) =>
                new(loc, covariance_matrix, precision_matrix, scale_tril, generator);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Normal vectors, by a covariance matrix, its inverse, or its lower triangular factor.</summary>
    public class MultivariateNormal : torch.distributions.Distribution
    {
        private readonly torch.Tensor _loc;
        private readonly torch.Tensor _tril;

        public MultivariateNormal(
            torch.Tensor loc, torch.Tensor? covariance_matrix = null, torch.Tensor? precision_matrix = null,
            torch.Tensor? scale_tril = null, torch.Generator? generator = null)
            : base(generator)
        {
            torch.Tensor[] given = [.. new[] { covariance_matrix, precision_matrix, scale_tril }.OfType<torch.Tensor>()];
            if (given.Length != 1)
                throw new ArgumentException("Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified.");
            if (loc.ndim < 1)
                throw new ArgumentException("loc must be at least one-dimensional.");
            if (given[0].ndim < 2)
                throw new ArgumentException($"{(scale_tril is not null ? "scale_tril" : covariance_matrix is not null ? "covariance_matrix" : "precision_matrix")} matrix must be at least two-dimensional, with optional leading batch dimensions");
            using var scope = torch.NewDisposeScope();
            var n = loc.shape[^1];
            batch_shape = Shapes.Broadcast(given[0].shape[..^2], loc.shape[..^1]);
            event_shape = new[] { n };
            var tril = scale_tril ?? (covariance_matrix is not null ? torch.linalg.cholesky(covariance_matrix) : FromPrecision(precision_matrix!));
            _loc = loc.expand([.. batch_shape.Shape, n]).DetachFromDisposeScope();
            _tril = tril.expand([.. batch_shape.Shape, n, n]).DetachFromDisposeScope();
        }

        public override torch.Tensor mean => _loc.alias();

        public override torch.Tensor mode => _loc.alias();

        public override torch.Tensor variance => _tril.square().sum(-1L);

        public override torch.Tensor rsample(params long[] sample_shape)
        {
            using var scope = torch.NewDisposeScope();
            var noise = torch.randn(ExtendedShape(sample_shape), _loc.dtype, generator: generator);
            return (_loc + _tril.matmul(noise.unsqueeze(-1)).squeeze(-1)).MoveToOuterDisposeScope();
        }

        public override torch.Tensor log_prob(torch.Tensor value)
        {
            using var scope = torch.NewDisposeScope();
            var z = torch.linalg.solve_triangular(_tril, (value - _loc).unsqueeze(-1), upper: false).squeeze(-1);
            return (((z.square().sum(-1L) + (event_shape[0] * Math.Log(2 * Math.PI))) * -0.5) - HalfLogDeterminant()).MoveToOuterDisposeScope();
        }

        public override torch.Tensor entropy()
        {
            using var scope = torch.NewDisposeScope();
            return (HalfLogDeterminant() + (0.5 * event_shape[0] * (1 + Math.Log(2 * Math.PI)))).MoveToOuterDisposeScope();
        }

        public override torch.distributions.Distribution expand(torch.Size batch_shape, torch.distributions.Distribution? instance = null)
        {
            if (instance is not null and not MultivariateNormal)
                throw new ArgumentException("expand(): 'instance' must be a MultivariateNormal distribution");
            var n = event_shape[0];
            return new MultivariateNormal(_loc.expand([.. batch_shape.Shape, n]), scale_tril: _tril.expand([.. batch_shape.Shape, n, n]), generator: generator);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _loc.Dispose();
                _tril.Dispose();
            }
            base.Dispose(disposing);
        }

        /// <summary>The factor of the inverse, without the inverse: that of the matrix turned by half, turned back and solved for.</summary>
        private static torch.Tensor FromPrecision(torch.Tensor precision)
        {
            var turned = torch.linalg.cholesky(precision.flip(-2, -1)).flip(-2, -1).mT;
            return torch.linalg.solve_triangular(turned, torch.eye(precision.shape[^1], dtype: precision.dtype), upper: false);
        }

        private torch.Tensor HalfLogDeterminant() => _tril.diagonal(0, -2, -1).log().sum(-1L);
    }
}
