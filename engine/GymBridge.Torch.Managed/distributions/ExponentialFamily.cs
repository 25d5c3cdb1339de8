namespace TorchSharp;

public static partial class torch
{
    public static partial class distributions
    {
        /// <summary>Distributions whose density is exp(t(x) theta - F(theta) + k(x)).</summary>
        public abstract class ExponentialFamily : Distribution
        {
            protected ExponentialFamily(Generator? generator)
                : base(generator)
            {
            }

            /// <summary>theta.</summary>
            protected abstract IList<Tensor> NaturalParams { get; }

            /// <summary>The mean of k(x).</summary>
            protected abstract Tensor MeanCarrierMeasure { get; }

            /// <summary>F(theta).</summary>
            protected virtual Tensor LogNormalizer(params Tensor[] parameters) => throw new NotImplementedException($"{GetType().Name}.LogNormalizer");

            /// <summary>F(theta) - theta dF/dtheta - the mean of k(x), with the gradient of automatic differentiation.</summary>
            public override Tensor entropy()
            {
                using var scope = NewDisposeScope();
                var result = -MeanCarrierMeasure;
                Tensor[] theta = [.. NaturalParams.Select(p => p.detach().requires_grad_())];
                using var enabled = enable_grad();
                var normalizer = LogNormalizer(theta);
                var gradients = autograd.grad([normalizer.sum()], theta, create_graph: true);
                result = result + normalizer;
                for (var i = 0; i < theta.Length; i++)
                    result = result - (theta[i] * gradients[i]);
                return result.MoveToOuterDisposeScope();
            }
        }
    }
}
