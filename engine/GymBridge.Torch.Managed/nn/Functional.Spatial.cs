namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor conv2d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) =>
                Convolutions.Conv2d(input, weight, bias, Two(strides, 1), Two(padding, 0), Two(dilation, 1), groups);

            public static Tensor conv1d(
                Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, long? padding = null, long? dilation = null, long groups = 1) =>
                Convolutions.Conv2d(
                    input.unsqueeze(-2), weight.unsqueeze(-2), bias, [1, stride ?? 1], [0, padding ?? 0], [1, dilation ?? 1], groups).squeeze(-2);

            public static Tensor conv_transpose2d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null,
                long[]? output_padding = null, long[]? dilation = null, long groups = 1) =>
                Convolutions.Transposed2d(input, weight, bias, Two(strides, 1), Two(padding, 0), Two(output_padding, 0), Two(dilation, 1), groups);

            public static Tensor conv_transpose1d(
                Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, long? padding = null,
                long? output_padding = null, long? dilation = null, long groups = 1) =>
                Convolutions.Transposed2d(
                    input.unsqueeze(-2), weight.unsqueeze(-2), bias, [1, stride ?? 1], [0, padding ?? 0],
                    [0, output_padding ?? 0], [1, dilation ?? 1], groups).squeeze(-2);

            public static Tensor max_pool2d(
                Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                max_pool2d_with_indices(input, kernel_size, strides, padding, dilation, ceil_mode).output;

            public static Tensor max_pool2d(
                Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                max_pool2d(
                    input, [kernel_size, kernel_size], stride is { } s ? [s, s] : null,
                    padding is { } p ? [p, p] : null, dilation is { } d ? [d, d] : null, ceil_mode);

            public static Tensor max_pool2d(
                Tensor input, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null,
                (long, long)? dilation = null, bool ceil_mode = false) =>
                max_pool2d(input, Pair(kernel_size)!, Pair(stride), Pair(padding), Pair(dilation), ceil_mode);

            public static (Tensor output, Tensor indices) max_pool2d_with_indices(
                Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false)
            {
                var kernel = Two(kernel_size, 1);
                return Pooling.Max2d(input, kernel, strides is null ? kernel : Two(strides, 1), Two(padding, 0), Two(dilation, 1), ceil_mode);
            }

            public static Tensor avg_pool2d(
                Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false,
                bool count_include_pad = true, long? divisor_override = null)
            {
                var kernel = Two(kernel_size, 1);
                return Pooling.Average2d(
                    input, kernel, stride is null ? kernel : Two(stride, 1), Two(padding, 0), ceil_mode, count_include_pad, divisor_override);
            }

            public static Tensor avg_pool2d(
                Tensor input, long kernel_size, long? stride = null, long padding = 0, bool ceil_mode = false,
                bool count_include_pad = true, long? divisor_override = null) =>
                avg_pool2d(
                    input, [kernel_size, kernel_size], stride is { } s ? [s, s] : null, [padding, padding], ceil_mode, count_include_pad, divisor_override);

            public static Tensor avg_pool2d(
                Tensor input, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null,
                bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                avg_pool2d(input, Pair(kernel_size)!, Pair(stride), Pair(padding), ceil_mode, count_include_pad, divisor_override);

            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size)
            {
                var size = Two(output_size, 1);
                return Pooling.AdaptiveAverage2d(input, size[0], size[1]);
            }

            public static Tensor adaptive_avg_pool2d(Tensor input, (long, long) output_size) =>
                Pooling.AdaptiveAverage2d(input, output_size.Item1, output_size.Item2);

            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) => Pooling.AdaptiveAverage2d(input, output_size, output_size);

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1E-05)
            {
                var rank = input.Impl.Rank;
                var n = normalized_shape.Length;
                if (n > rank || !input.Impl.Shape.AsSpan(rank - n).SequenceEqual(normalized_shape))
                    throw Errors.Libtorch($"Given normalized_shape={Errors.Shape(normalized_shape)}, expected input with shape [*, {string.Join(", ", normalized_shape)}], but got input of size {Errors.Shape(input.Impl.Shape)}");
                long[] dims = [.. Enumerable.Range(rank - n, n).Select(d => (long)d)];
                return Affine(Standardize(input, dims, eps), weight, bias);
            }

            public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null, double eps = 1E-05)
            {
                var shape = input.Impl.Shape;
                if (shape.Length < 2 || shape[1] % num_groups != 0)
                    throw new ArgumentException($"Expected number of channels in input to be divisible by num_groups, but got input of shape {Errors.Shape(shape)} and num_groups={num_groups}");
                var y = Standardize(input.reshape(shape[0], num_groups, -1), [2], eps).reshape(shape);
                var wide = Channels(shape.Length);
                return Affine(y, weight?.reshape(wide), bias?.reshape(wide));
            }

            public static Tensor batch_norm(
                Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight = null, Tensor? bias = null,
                bool training = false, double momentum = 0.1, double eps = 1E-05)
            {
                var shape = input.Impl.Shape;
                var wide = Channels(shape.Length);
                Tensor y;
                if (training || running_mean is null || running_var is null)
                {
                    long[] dims = [.. Enumerable.Range(0, shape.Length).Where(d => d != 1).Select(d => (long)d)];
                    var count = input.Impl.Count / Math.Max(1, shape[1]);
                    if (training && count <= 1)
                        throw new ArgumentException($"Expected more than 1 value per channel when training, got input size {Errors.Shape(shape)}");
                    y = Standardize(input, dims, eps);
                    if (training && running_mean is not null && running_var is not null)
                    {
                        using var _ = no_grad();
                        running_mean.mul_(1 - momentum).add_(input.mean(dims) * momentum);
                        running_var.mul_(1 - momentum).add_(input.Spread(dims, 1, false, root: false) * momentum);
                    }
                }
                else
                {
                    y = (input - running_mean.reshape(wide)) * (running_var.reshape(wide) + eps).rsqrt();
                }
                return Affine(y, weight?.reshape(wide), bias?.reshape(wide));
            }

            private static Tensor Standardize(Tensor x, long[] dims, double eps) =>
                (x - x.mean(dims, keepdim: true)) * (x.Spread(dims, 0, true, root: false) + eps).rsqrt();

            private static Tensor Affine(Tensor y, Tensor? weight, Tensor? bias)
            {
                var scaled = weight is null ? y : y * weight;
                return bias is null ? scaled : scaled + bias;
            }

            private static long[] Channels(int rank)
            {
                var shape = new long[rank];
                Array.Fill(shape, 1);
                shape[1] = -1;
                return shape;
            }

            private static long[] Two(long[]? values, long missing) => values switch
            {
                null => [missing, missing],
                [var one] => [one, one],
                _ => values,
            };

            private static long[]? Pair((long, long)? pair) => pair is { } p ? [p.Item1, p.Item2] : null;
        }
    }
}
