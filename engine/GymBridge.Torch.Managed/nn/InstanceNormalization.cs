using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static InstanceNorm1d InstanceNorm1d(
                long num_features, double eps = 1E-05, double momentum = 0.1, bool affine = false,
                bool track_running_stats = false, Device? device = null, ScalarType? dtype = null) =>
                new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

            public static InstanceNorm2d InstanceNorm2d(
                long num_features, double eps = 1E-05, double momentum = 0.1, bool affine = false,
                bool track_running_stats = false, Device? device = null, ScalarType? dtype = null) =>
                new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

            public static InstanceNorm3d InstanceNorm3d(
                long num_features, double eps = 1E-05, double momentum = 0.1, bool affine = false,
                bool track_running_stats = false, Device? device = null, ScalarType? dtype = null) =>
                new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

            public static LocalResponseNorm LocalResponseNorm(long size, double alpha = 0.0001, double beta = 0.75, double k = 1.0) =>
                new(size, alpha, beta, k);

            public static partial class functional
            {
                /// <summary>Standardises each channel of each sample of (N, C, *) by itself, or by the running statistics.</summary>
                public static Tensor instance_norm(
                    Tensor input, Tensor? running_mean = null, Tensor? running_var = null, Tensor? weight = null, Tensor? bias = null,
                    bool use_input_stats = true, double momentum = 0.1, double eps = 1E-05)
                {
                    var shape = input.Impl.Shape;
                    if (shape.Length < 3)
                        throw Errors.Libtorch($"instance_norm expects an input of (N, C, *), but got {Errors.Shape(shape)}");
                    var wide = Channels(shape.Length);
                    if (!use_input_stats)
                    {
                        if (running_mean is null || running_var is null)
                            throw Errors.Libtorch("Expected running_mean and running_var to be defined when use_input_stats is false");
                        return batch_norm(input, running_mean, running_var, weight, bias, training: false, momentum, eps);
                    }
                    long[] dims = [.. Enumerable.Range(2, shape.Length - 2).Select(d => (long)d)];
                    if (shape[2..].Aggregate(1L, (a, b) => a * b) == 1)
                        throw new ArgumentException($"Expected more than 1 spatial element when training, got input size {Errors.Shape(shape)}");
                    if (running_mean is not null && running_var is not null)
                    {
                        using var _ = no_grad();
                        running_mean.mul_(1 - momentum).add_(input.mean(dims).mean([0]) * momentum);
                        running_var.mul_(1 - momentum).add_(input.Spread(dims, 1, false, root: false).mean([0]) * momentum);
                    }
                    return Affine(Standardize(input, dims, eps), weight?.reshape(wide), bias?.reshape(wide));
                }

                /// <summary>x / (k + alpha m)^beta, m the mean of the squares of <paramref name="size"/> neighbouring channels.</summary>
                public static Tensor local_response_norm(Tensor input, long size, double alpha = 0.0001, double beta = 0.75, double k = 1.0)
                {
                    if (input.ndim < 3)
                        throw new ArgumentException($"Invalid number of dimensions for LocalResponseNorm argument: {input.ndim}");
                    var channels = input.size(1);
                    var near = new double[channels * channels];
                    for (long to = 0; to < channels; to++)
                    {
                        for (var from = Math.Max(0, to - (size / 2)); from <= Math.Min(channels - 1, to + ((size - 1) / 2)); from++)
                            near[(from * channels) + to] = 1.0 / size;
                    }
                    var mean = Separable.Apply(input.square(), 1, tensor(near, [channels, channels], input.dtype));
                    return input / ((mean * alpha) + k).pow(beta);
                }
            }
        }
    }
}

namespace TorchSharp.Modules
{
    public abstract class InstanceNorm : NormBase
    {
        public InstanceNorm(
            long num_features, double eps, double? momentum, bool affine, bool track_running_stats, torch.Device? device, torch.ScalarType? dtype, string name)
            : base(num_features, eps, momentum ?? 0.1, affine, track_running_stats, device, dtype, name)
        {
        }

        public override torch.Tensor forward(torch.Tensor input)
        {
            ValidateInputDimensions(input);
            var features = (int)(input.ndim - GetNumberOfBatchDimensions());
            if (input.size(features) != num_features)
                throw new ArgumentException($"expected input's size at dim={features} to match num_features ({num_features}), but got: {input.size(features)}.");
            return features == 0 ? Apply(input.unsqueeze(0)).squeeze(0) : Apply(input);
        }

        protected abstract long GetNumberOfBatchDimensions();

        private torch.Tensor Apply(torch.Tensor input) =>
            torch.nn.functional.instance_norm(input, running_mean, running_var, weight, bias, training || !track_running_stats, momentum ?? 0.1, eps);
    }

    public sealed class InstanceNorm1d : InstanceNorm
    {
        internal InstanceNorm1d(
            long num_features, double eps, double momentum, bool affine, bool track_running_stats, torch.Device? device, torch.ScalarType? dtype)
            : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(InstanceNorm1d))
        {
        }

        protected override long GetNumberOfBatchDimensions() => 2;

        protected override void ValidateInputDimensions(torch.Tensor input)
        {
            if (input.ndim is not (2 or 3))
                throw new ArgumentException($"expected 2D or 3D input, but got {input.ndim}D input.");
        }
    }

    public sealed class InstanceNorm2d : InstanceNorm
    {
        internal InstanceNorm2d(
            long num_features, double eps, double momentum, bool affine, bool track_running_stats, torch.Device? device, torch.ScalarType? dtype)
            : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(InstanceNorm2d))
        {
        }

        protected override long GetNumberOfBatchDimensions() => 3;

        protected override void ValidateInputDimensions(torch.Tensor input)
        {
            if (input.ndim is not (3 or 4))
                throw new ArgumentException($"expected 3D or 4D input, but got {input.ndim}D input.");
        }
    }

    public sealed class InstanceNorm3d : InstanceNorm
    {
        internal InstanceNorm3d(
            long num_features, double eps, double momentum, bool affine, bool track_running_stats, torch.Device? device, torch.ScalarType? dtype)
            : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(InstanceNorm3d))
        {
        }

        protected override long GetNumberOfBatchDimensions() => 4;

        protected override void ValidateInputDimensions(torch.Tensor input)
        {
            if (input.ndim is not (4 or 5))
                throw new ArgumentException($"expected 4D or 5D input, but got {input.ndim}D input.");
        }
    }

    public sealed class LocalResponseNorm : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal LocalResponseNorm(long size, double alpha, double beta, double k)
            : base(nameof(LocalResponseNorm))
        {
            this.size = size;
            this.alpha = alpha;
            this.beta = beta;
            this.k = k;
        }

        public long size { get; set; }

        public double alpha { get; set; }

        public double beta { get; set; }

        public double k { get; set; }

        public override torch.Tensor forward(torch.Tensor input) => torch.nn.functional.local_response_norm(input, size, alpha, beta, k);
    }
}
