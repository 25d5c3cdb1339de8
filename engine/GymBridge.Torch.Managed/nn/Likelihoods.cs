using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static PoissonNLLLoss PoissonNLLLoss(bool log_input = true, bool full = false, float eps = 1E-08f, Reduction reduction = Reduction.Mean) =>
                new(log_input, full, eps, reduction);

            public static GaussianNLLLoss GaussianNLLLoss(bool full = false, float eps = 1E-08f, Reduction reduction = Reduction.Mean) =>
                new(full, eps, reduction);

            public static partial class functional
            {
                /// <summary>Minus the logarithm of Poisson's density at the target; with full, Stirling's approximation of its constant.</summary>
                public static Tensor poisson_nll_loss(
                    Tensor input, Tensor target, bool log_input = true, bool full = false, float eps = 1E-08f, Reduction reduction = Reduction.Mean)
                {
                    SameShape(input, target);
                    var loss = log_input ? input.exp() - (target * input) : input - (target * (input + eps).log());
                    if (full)
                    {
                        var stirling = (target * target.log()) - target + ((target * (2 * Math.PI)).log() * 0.5);
                        loss = loss + stirling.masked_fill(target.le(1), 0);
                    }
                    return Reduce(loss, reduction);
                }

                /// <summary>
                /// Minus the logarithm of a normal density, summed over the elements of each row: upstream's formula. The variance, of the input's
                /// shape or one for each row, is bounded below by eps; the bound is a constant, so that it keeps its gradient, as in PyTorch.
                /// </summary>
                public static Tensor gaussian_nll_loss(
                    Tensor input, Tensor target, Tensor variance, bool full = false, float eps = 1E-06f, Reduction reduction = Reduction.Mean)
                {
                    var rows = input.size(0);
                    if (!Shapes.Same(input.Impl.Shape, target.Impl.Shape))
                        throw new ArgumentException($"input and target must have the same shape, but are {Errors.Shape(input.Impl.Shape)} and {Errors.Shape(target.Impl.Shape)}");
                    var x = input.reshape(rows, -1);
                    if (variance.numel() != rows && variance.numel() != x.numel())
                        throw new ArgumentException($"variance has the wrong shape: {Errors.Shape(variance.Impl.Shape)} for an input of {Errors.Shape(input.Impl.Shape)}");
                    var v = variance.reshape(rows, -1);
                    if (v.lt(0).any().item<bool>())
                        throw new ArgumentException("variance has negative entry/entries");
                    Tensor missing;
                    using (no_grad())
                        missing = v.clamp_min(eps) - v;
                    v = v + missing;
                    var loss = (v.log() + ((x - target.reshape(rows, -1)).square() / v)).sum(1) * 0.5;
                    return Reduce(full ? loss + (0.5 * x.size(1) * Math.Log(2 * Math.PI)) : loss, reduction);
                }
            }
        }
    }
}

namespace TorchSharp.Modules
{
    public sealed class PoissonNLLLoss : Loss<torch.Tensor, torch.Tensor, torch.Tensor>
    {
        public PoissonNLLLoss(bool log_input = true, bool full = false, float eps = 1E-08f, torch.nn.Reduction reduction = torch.nn.Reduction.Mean)
            : base(reduction)
        {
            this.log_input = log_input;
            this.full = full;
            this.eps = eps;
        }

        public bool log_input { get; }

        public bool full { get; }

        public float eps { get; }

        public override torch.Tensor forward(torch.Tensor input, torch.Tensor target) =>
            torch.nn.functional.poisson_nll_loss(input, target, log_input, full, eps, reduction);
    }

    public sealed class GaussianNLLLoss : Loss<torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor>
    {
        public GaussianNLLLoss(bool full = false, float eps = 1E-08f, torch.nn.Reduction reduction = torch.nn.Reduction.Mean)
            : base(reduction)
        {
            this.full = full;
            this.eps = eps;
        }

        public bool full { get; }

        public float eps { get; }

        public override torch.Tensor forward(torch.Tensor input, torch.Tensor target, torch.Tensor variance) =>
            torch.nn.functional.gaussian_nll_loss(input, target, variance, full, eps, reduction);
    }
}
