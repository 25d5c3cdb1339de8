using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            private const double one_eighth = 1.0 / 8.0;
            private const double one_third = 1.0 / 3.0;

            public static PReLU PReLU(long num_parameters, double init = 0.25, Device? device = null, ScalarType? dtype = null) =>
                new(num_parameters, init, device, dtype);

            public static RReLU RReLU(double lower = one_eighth, double upper = one_third, bool inplace = false) => new(lower, upper, inplace);

            public static Threshold Threshold(double threshold, double value, bool inplace = false) => new(threshold, value, inplace);

            public static Hardshrink Hardshrink(double lambda = 0.5) => new(lambda);

            public static Softshrink Softshrink(double lambda = 0.5) => new(lambda);

            public static Softmin Softmin(long dim) => new(dim);

            public static Softmax2d Softmax2d() => new();

            public static partial class functional
            {
                /// <summary>x where positive, else weight x: one weight, or one for each channel (dimension 1).</summary>
                public static Tensor prelu(Tensor input, Tensor weight)
                {
                    if (weight.ndim > 1)
                        throw Errors.Libtorch($"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {weight.ndim}");
                    if (weight.numel() == 1)
                        return torch.where(input.gt(0), input, weight.reshape(Array.Empty<long>()) * input);
                    if (input.ndim == 0)
                        throw Errors.Libtorch("Not allow zero-dim input tensor.");
                    var channels = input.ndim > 1 ? input.size(1) : 1;
                    if (channels != weight.numel())
                        throw Errors.Libtorch($"Mismatch of parameter numbers and input channel size. Found parameter numbers = {weight.numel()} and channel size = {channels}.");
                    return torch.where(input.gt(0), input, weight.reshape(Channels((int)input.ndim)) * input);
                }

                /// <summary>Leaky ReLU with the slope in the middle: upstream calls libtorch without its random training mode.</summary>
                public static Tensor rrelu(Tensor x, double lower = one_eighth, double upper = one_third, bool inplace = false)
                {
                    if (lower > upper)
                        throw Errors.Libtorch($"Lower bound should be less than or equal to the upper bound, but they are {lower} and {upper}");
                    return InPlace(x, x.leaky_relu((lower + upper) / 2), inplace);
                }

                public static Tensor threshold(Tensor x, double threshold, double value, bool inplace = false) =>
                    InPlace(x, x.threshold(threshold, value), inplace);

                public static Tensor hardshrink(Tensor x, double lambda = 0.5) => Unary.Map(
                    x,
                    v => v >= -lambda && v <= lambda ? 0 : v,
                    (g, v, y) => torch.where(v.ge(-lambda) & v.le(lambda), g.zeros_like(), g));

                public static Tensor softshrink(Tensor x, double lambda = 0.5)
                {
                    if (!(lambda >= 0))
                        throw Errors.Libtorch($"lambda must be greater or equal to 0, but found to be {lambda}.");
                    return Unary.Map(
                        x,
                        v => v > lambda ? v - lambda : v < -lambda ? v + lambda : double.IsNaN(v) ? v : 0,
                        (g, v, y) => torch.where(v.ge(-lambda) & v.le(lambda), g.zeros_like(), g));
                }

                public static Tensor softmin(Tensor x, long dim)
                {
                    using var minus = -x;
                    return softmax(minus, dim);
                }

                /// <summary>Softmax over the channels of (N, C, H, W) or (C, H, W).</summary>
                public static Tensor softmax2d(Tensor x) => softmax(x, -3);

                [Obsolete("Not using the PyTorch naming convention.", false)]
                public static Tensor Threshold(Tensor x, double threshold, double value, bool inplace = false) =>
                    functional.threshold(x, threshold, value, inplace);

                [Obsolete("Not using the PyTorch naming convention.", false)]
                public static Tensor Hardshrink(Tensor x, double lambda = 0.5) => hardshrink(x, lambda);

                [Obsolete("Not using the PyTorch naming convention.", false)]
                public static Tensor Softshrink(Tensor x, double lambda = 0.5) => softshrink(x, lambda);

                [Obsolete("Not using the PyTorch naming convention.", false)]
                public static Tensor Hardtanh(Tensor x, double min_val = -1.0, double max_val = 1.0, bool inplace = false) =>
                    hardtanh(x, min_val, max_val, inplace);

                [Obsolete("Not using the PyTorch naming convention.", false)]
                public static Tensor Mish(Tensor x) => mish(x);

                [Obsolete("Incorrect name capitalization", false)]
                public static Tensor SiLU(Tensor x, bool inplace = false) => silu(x, inplace);

                [Obsolete("Not using the PyTorch naming convention.", false)]
                public static Tensor Softsign(Tensor x) => softsign(x);

                [Obsolete("Not using the PyTorch naming convention.", false)]
                public static Tensor Tanhshrink(Tensor x) => tanhshrink(x);
            }
        }
    }
}

namespace TorchSharp.Modules
{
    public sealed class PReLU : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        internal PReLU(long num_parameters, double init, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(PReLU))
        {
            this.num_parameters = num_parameters;
            this.init = init;
            weight = new Parameter(torch.full([num_parameters], init, dtype ?? torch.get_default_dtype(), device));
        }

        public Parameter weight
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(weight), value);
            }
        }

        public long num_parameters { get; private set; }

        public double init { get; private set; }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.prelu(tensor, weight);
    }

    public sealed class RReLU : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal RReLU(double lower, double upper, bool inplace)
            : base(nameof(RReLU))
        {
            this.lower = lower;
            this.upper = upper;
            this.inplace = inplace;
        }

        public double lower { get; set; }

        public double upper { get; set; }

        public bool inplace { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.rrelu(tensor, lower, upper, inplace);
    }

    public sealed class Threshold : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal Threshold(double threshold, double value, bool inplace)
            : base(nameof(Threshold))
        {
            this.threshold = threshold;
            this.value = value;
            this.inplace = inplace;
        }

        public double threshold { get; set; }

        public double value { get; set; }

        public bool inplace { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.threshold(tensor, threshold, value, inplace);
    }

    public sealed class Hardshrink : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal Hardshrink(double lambda)
            : base(nameof(Hardshrink)) => this.lambda = lambda;

        public double lambda { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.hardshrink(tensor, lambda);
    }

    public sealed class Softshrink : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal Softshrink(double lambda)
            : base(nameof(Softshrink)) => this.lambda = lambda;

        public double lambda { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.softshrink(tensor, lambda);
    }

    public sealed class Softmin : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal Softmin(long dim)
            : base(nameof(Softmin)) => this.dim = dim;

        public long dim { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.softmin(tensor, dim);
    }

    public sealed class Softmax2d : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal Softmax2d()
            : base(nameof(Softmax2d))
        {
        }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.softmax2d(tensor);
    }
}
