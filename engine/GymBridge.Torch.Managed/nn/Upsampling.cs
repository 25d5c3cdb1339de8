using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public enum UpsampleMode
        {
            Nearest = 0,
            Linear = 1,
            Bilinear = 2,
            Bicubic = 3,
            Trilinear = 4,
        }

        public enum InterpolationMode
        {
            Nearest = 0,
            Linear = 1,
            Bilinear = 2,
            Bicubic = 3,
            Trilinear = 4,
            Area = 5,
            NearestExact = 6,
        }

        public static partial class nn
        {
            public static Upsample Upsample(
                long[]? size = null, double[]? scale_factor = null, UpsampleMode mode = UpsampleMode.Nearest,
                bool? align_corners = null, bool? recompute_scale_factor = null) =>
                new(size, scale_factor, mode, align_corners, recompute_scale_factor);

            public static partial class functional
            {
                /// <summary>Resizes the dimensions after the first two, one after the other.</summary>
                public static Tensor interpolate(
                    Tensor x, long[]? size = null, double[]? scale_factor = null, InterpolationMode mode = InterpolationMode.Nearest,
                    bool? align_corners = null, bool recompute_scale_factor = false, bool antialias = false)
                {
                    var dims = (int)x.ndim - 2;
                    CheckMode(x, mode, align_corners, antialias);
                    if (size is null == scale_factor is null)
                        throw Errors.Libtorch(size is null ? "either size or scale_factor should be defined" : "only one of size or scale_factor should be defined");
                    if (size is not null && recompute_scale_factor)
                        throw Errors.Libtorch("recompute_scale_factor is not meaningful with an explicit size.");
                    if ((size?.Length ?? scale_factor!.Length) != dims)
                        throw Errors.Libtorch($"Input is {x.ndim}D: {(size is null ? "scale_factor" : "size")} must have {dims} elements, but has {size?.Length ?? scale_factor!.Length}");
                    long[] output = size ?? [.. scale_factor!.Select((f, d) => (long)Math.Floor(x.size(d + 2) * f))];
                    if (output.Any(n => n <= 0) || x.numel() == 0)
                        throw Errors.Libtorch($"Input and output sizes should be greater than 0, but got input {Errors.Shape(x.Impl.Shape)} and output {Errors.Shape(output)}");
                    if (mode == InterpolationMode.Area)
                        return AdaptiveAverage("adaptive_avg_pool", x, output);
                    return Resize(x, output, recompute_scale_factor ? null : scale_factor, mode, align_corners ?? false, antialias);
                }

                public static Tensor upsample(
                    Tensor input, long[]? size = null, double[]? scale_factor = null, UpsampleMode mode = UpsampleMode.Nearest, bool align_corners = false) =>
                    interpolate(input, size, scale_factor, (InterpolationMode)mode, align_corners);

                public static Tensor upsample_bilinear(Tensor x, long[]? size = null, double[]? scale_factor = null, bool align_corners = false) =>
                    interpolate(x, size, scale_factor, InterpolationMode.Bilinear, align_corners);

                public static Tensor upsample_nearest(Tensor x, long[]? size = null, double[]? scale_factor = null, bool align_corners = false) =>
                    interpolate(x, size, scale_factor, InterpolationMode.Nearest, align_corners);

                public static Tensor upsample_nearest1d(Tensor input, long? outputSize, double? scaleFactor) =>
                    UpsampleNearest(input, 1, outputSize is { } n ? [n] : null, scaleFactor is { } f ? [f] : null);

                public static Tensor upsample_nearest2d(Tensor input, long[]? outputSizes = null, double[]? scaleFactors = null) =>
                    UpsampleNearest(input, 2, outputSizes, scaleFactors);

                public static Tensor upsample_nearest3d(Tensor input, long[]? outputSizes = null, double[]? scaleFactors = null) =>
                    UpsampleNearest(input, 3, outputSizes, scaleFactors);

                private static Tensor UpsampleNearest(Tensor input, int dims, long[]? sizes, double[]? scales)
                {
                    if (input.ndim != dims + 2)
                        throw Errors.Libtorch($"It is expected input_size equals to {dims + 2}, but got size {input.ndim}");
                    if (sizes is not null)
                        return interpolate(input, sizes);
                    return interpolate(input, scale_factor: scales);
                }

                private static void CheckMode(Tensor x, InterpolationMode mode, bool? align, bool antialias)
                {
                    var rank = x.ndim;
                    var fits = mode switch
                    {
                        InterpolationMode.Linear => rank == 3,
                        InterpolationMode.Bilinear or InterpolationMode.Bicubic => rank == 4,
                        InterpolationMode.Trilinear => rank == 5,
                        _ => rank is 3 or 4 or 5,
                    };
                    if (!fits)
                        throw Errors.Libtorch($"Input Error: Only 3D, 4D and 5D input Tensors supported, 3D for linear, 4D for bilinear and bicubic, 5D for trilinear; got {rank}D for the mode {mode}");
                    // False is what upsample and upsample_nearest pass on for every mode; it changes nothing here.
                    if (align == true && mode is (InterpolationMode.Nearest or InterpolationMode.NearestExact or InterpolationMode.Area))
                        throw Errors.Libtorch($"align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear, not {mode}");
                    if (antialias && mode is not (InterpolationMode.Bilinear or InterpolationMode.Bicubic))
                        throw Errors.Libtorch($"Anti-alias option is only supported for bilinear and bicubic modes, not {mode}");
                }

                private static Tensor Resize(Tensor x, long[] output, double[]? scales, InterpolationMode mode, bool align, bool antialias)
                {
                    var result = x;
                    for (var d = 0; d < output.Length; d++)
                    {
                        var dim = d + 2;
                        var (size, count, scale) = (x.size(dim), output[d], scales?[d]);
                        if (mode is InterpolationMode.Nearest or InterpolationMode.NearestExact)
                        {
                            result = result.index_select(dim, tensor(Interpolation.Nearest(size, count, scale, mode == InterpolationMode.NearestExact)));
                            continue;
                        }
                        var cubic = mode == InterpolationMode.Bicubic;
                        var weights = antialias ? Interpolation.Antialiased(size, count, scale, align, cubic)
                            : cubic ? Interpolation.Cubic(size, count, scale, align)
                            : Interpolation.Linear(size, count, scale, align);
                        result = Separable.Apply(result, dim, tensor(weights, [size, count], x.dtype));
                    }
                    return result;
                }
            }
        }
    }
}

namespace TorchSharp.Modules
{
    public sealed class Upsample : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        private readonly long[]? _size;
        private readonly double[]? _scales;

        internal Upsample(long[]? size, double[]? scale_factor, torch.UpsampleMode mode, bool? align_corners, bool? recompute_scale_factor)
            : base(nameof(Upsample))
        {
            _size = size;
            _scales = scale_factor;
            this.mode = mode;
            this.align_corners = align_corners;
            this.recompute_scale_factor = recompute_scale_factor;
        }

        public bool? recompute_scale_factor { get; set; }

        public torch.UpsampleMode mode { get; private set; }

        public bool? align_corners { get; private set; }

        public ReadOnlySpan<long> size => _size;

        public ReadOnlySpan<double> scale_factor => _scales;

        public override torch.Tensor forward(torch.Tensor input) =>
            torch.nn.functional.interpolate(input, _size, _scales, (torch.InterpolationMode)mode, align_corners, recompute_scale_factor ?? false);
    }
}
