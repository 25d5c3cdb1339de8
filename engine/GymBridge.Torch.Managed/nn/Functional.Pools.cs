namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor max_pool1d(
                Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                max_pool1d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode).output;

            public static (Tensor output, Tensor indices) max_pool1d_with_indices(
                Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                MaxPool("max_pool1d", input, [kernel_size], stride is { } s ? [s] : null, [padding ?? 0], [dilation ?? 1], ceil_mode);

            public static Tensor max_pool3d(
                Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                max_pool3d_with_indices(input, kernel_size, strides, padding, dilation, ceil_mode).output;

            public static (Tensor output, Tensor indices) max_pool3d_with_indices(
                Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                MaxPool("max_pool3d", input, Three(kernel_size, 1), strides is null ? null : Three(strides, 1), Three(padding, 0), Three(dilation, 1), ceil_mode);

            public static Tensor avg_pool1d(
                Tensor input, long kernel_size, long? stride = null, long? padding = null, bool ceil_mode = false, bool count_include_pad = true) =>
                AveragePool("avg_pool1d", input, [kernel_size], stride is { } s ? [s] : null, [padding ?? 0], ceil_mode, count_include_pad, null);

            public static Tensor avg_pool3d(
                Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false,
                bool count_include_pad = true, long? divisor_override = null) =>
                AveragePool("avg_pool3d", input, Three(kernel_size, 1), stride is null ? null : Three(stride, 1), Three(padding, 0), ceil_mode, count_include_pad, divisor_override);

            public static Tensor adaptive_avg_pool1d(Tensor input, long output_size) => AdaptiveAverage("adaptive_avg_pool1d", input, [output_size]);

            public static Tensor adaptive_avg_pool3d(Tensor input, long[] output_size) => AdaptiveAverage("adaptive_avg_pool3d", input, Three(output_size, 1));

            public static Tensor adaptive_avg_pool3d(Tensor input, (long, long, long) output_size) =>
                AdaptiveAverage("adaptive_avg_pool3d", input, [output_size.Item1, output_size.Item2, output_size.Item3]);

            public static Tensor adaptive_avg_pool3d(Tensor input, long output_size) =>
                AdaptiveAverage("adaptive_avg_pool3d", input, [output_size, output_size, output_size]);

            public static Tensor adaptive_max_pool1d(Tensor input, long output_size) => adaptive_max_pool1d_with_indices(input, output_size).Values;

            public static (Tensor Values, Tensor Indices) adaptive_max_pool1d_with_indices(Tensor input, long output_size) =>
                AdaptiveMax("adaptive_max_pool1d", input, [output_size]);

            public static Tensor adaptive_max_pool2d(Tensor input, long[] output_size) => adaptive_max_pool2d_with_indices(input, output_size).Values;

            public static (Tensor Values, Tensor Indices) adaptive_max_pool2d_with_indices(Tensor input, long[] output_size) =>
                AdaptiveMax("adaptive_max_pool2d", input, Two(output_size, 1));

            public static Tensor adaptive_max_pool3d(Tensor input, long[] output_size) => adaptive_max_pool3d_with_indices(input, output_size).Values;

            public static (Tensor Values, Tensor Indices) adaptive_max_pool3d_with_indices(Tensor input, long[] output_size) =>
                AdaptiveMax("adaptive_max_pool3d", input, Three(output_size, 1));

            /// <summary>The p-th root of the sum of the p-th powers of each window.</summary>
            public static Tensor lp_pool1d(Tensor input, double norm_type, long kernel_size, long? stride = null, bool ceil_mode = false) =>
                PowerPool(avg_pool1d(input.pow(norm_type), kernel_size, stride, 0, ceil_mode), norm_type, kernel_size);

            /// <summary>The p-th root of the sum of the p-th powers of each window.</summary>
            public static Tensor lp_pool2d(Tensor input, double norm_type, long[] kernel_size, long[]? stride = null, bool ceil_mode = false)
            {
                var kernel = Two(kernel_size, 1);
                return PowerPool(avg_pool2d(input.pow(norm_type), kernel, stride, null, ceil_mode), norm_type, kernel[0] * kernel[1]);
            }

            public static Tensor lp_pool2d(Tensor input, double norm_type, long kernel_size, long? stride = null, bool ceil_mode = false) =>
                lp_pool2d(input, norm_type, [kernel_size, kernel_size], stride is { } s ? [s, s] : null, ceil_mode);

            private static (Tensor Output, Tensor Indices) MaxPool(
                string name, Tensor input, long[] kernel, long[]? stride, long[] padding, long[] dilation, bool ceil)
            {
                WindowPooling.Check(name, input, kernel.Length);
                return WindowPooling.Max(name, input, Windows(input, kernel, stride, padding, dilation, ceil));
            }

            private static Tensor AveragePool(
                string name, Tensor input, long[] kernel, long[]? stride, long[] padding, bool ceil, bool countPadding, long? divisor)
            {
                WindowPooling.Check(name, input, kernel.Length);
                if (divisor == 0)
                    throw Errors.Libtorch("divisor must be not zero");
                var windows = Windows(input, kernel, stride, padding, null, ceil);
                long Size(int d, int i)
                {
                    if (!countPadding)
                        return windows[d][i].Length;
                    // The padding counts, what lies beyond it does not.
                    var from = (i * (stride ?? kernel)[d]) - padding[d];
                    return Math.Min(from + kernel[d], input.size(d - kernel.Length) + padding[d]) - from;
                }
                return WindowPooling.Average(name, input, windows, Size, divisor);
            }

            private static long[][][] Windows(Tensor input, long[] kernel, long[]? stride, long[] padding, long[]? dilation, bool ceil) =>
                [
                    .. kernel.Select(
                        (k, d) => WindowPooling.Sliding(input.size(d - kernel.Length), k, (stride ?? kernel)[d], padding[d], dilation?[d] ?? 1, ceil))];

            private static Tensor AdaptiveAverage(string name, Tensor input, long[] output)
            {
                WindowPooling.Check(name, input, output.Length);
                var windows = AdaptiveWindows(input, output);
                return WindowPooling.Average(name, input, windows, (d, i) => windows[d][i].Length, null);
            }

            private static (Tensor Values, Tensor Indices) AdaptiveMax(string name, Tensor input, long[] output)
            {
                WindowPooling.Check(name, input, output.Length);
                return WindowPooling.Max(name, input, AdaptiveWindows(input, output));
            }

            private static long[][][] AdaptiveWindows(Tensor input, long[] output) =>
                [.. output.Select((n, d) => WindowPooling.Adaptive(input.size(d - output.Length), n))];

            private static Tensor PowerPool(Tensor average, double p, long count) => (average.sign() * average.abs().relu()).mul(count).pow(1 / p);

            private static long[] Three(long[]? values, long missing) => values switch
            {
                null => [missing, missing, missing],
                [var one] => [one, one, one],
                _ => values,
            };
        }
    }
}
