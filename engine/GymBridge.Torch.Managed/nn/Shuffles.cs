using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static PixelShuffle PixelShuffle(long upscale_factor) => new(upscale_factor);

            public static PixelUnshuffle PixelUnshuffle(long downscale_factor) => new(downscale_factor);

            public static ChannelShuffle ChannelShuffle(long groups) => new(groups);

            public static partial class functional
            {
                /// <summary>(*, C r², H, W) to (*, C, H r, W r).</summary>
                public static Tensor pixel_shuffle(Tensor input, long upscale_factor)
                {
                    var r = Factor("pixel_shuffle", input, upscale_factor, "upscale_factor");
                    var shape = input.Impl.Shape;
                    if (shape[^3] % (r * r) != 0)
                        throw Errors.Libtorch($"pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)={shape[^3]} is not divisible by {r * r}");
                    var (c, h, w) = (shape[^3] / (r * r), shape[^2], shape[^1]);
                    return input.reshape(-1, c, r, r, h, w).permute(0, 1, 4, 2, 5, 3).reshape([.. shape[..^3], c, h * r, w * r]);
                }

                /// <summary>(*, C, H r, W r) to (*, C r², H, W).</summary>
                public static Tensor pixel_unshuffle(Tensor input, long downscale_factor)
                {
                    var r = Factor("pixel_unshuffle", input, downscale_factor, "downscale_factor");
                    var shape = input.Impl.Shape;
                    if (shape[^2] % r != 0 || shape[^1] % r != 0)
                        throw Errors.Libtorch($"pixel_unshuffle expects height and width to be divisible by downscale_factor, but input.size(-2)={shape[^2]} and input.size(-1)={shape[^1]} are not both divisible by {r}");
                    var (c, h, w) = (shape[^3], shape[^2] / r, shape[^1] / r);
                    return input.reshape(-1, c, h, r, w, r).permute(0, 1, 3, 5, 2, 4).reshape([.. shape[..^3], c * r * r, h, w]);
                }

                private static long Factor(string name, Tensor input, long factor, string argument)
                {
                    if (input.ndim < 3)
                        throw Errors.Libtorch($"{name} expects input to have at least 3 dimensions, but got input with {input.ndim} dimension(s)");
                    return factor > 0 ? factor : throw Errors.Libtorch($"{name} expects a positive {argument}, but got {factor}");
                }
            }
        }
    }
}

namespace TorchSharp.Modules
{
    public sealed class PixelShuffle : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal PixelShuffle(long upscale_factor)
            : base(nameof(PixelShuffle)) => this.upscale_factor = upscale_factor;

        public long upscale_factor { get; set; }

        public override torch.Tensor forward(torch.Tensor input) => torch.nn.functional.pixel_shuffle(input, upscale_factor);
    }

    public sealed class PixelUnshuffle : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal PixelUnshuffle(long downscale_factor)
            : base(nameof(PixelUnshuffle)) => this.downscale_factor = downscale_factor;

        public long downscale_factor { get; set; }

        public override torch.Tensor forward(torch.Tensor input) => torch.nn.functional.pixel_unshuffle(input, downscale_factor);
    }

    /// <summary>Takes one channel of each group in turn.</summary>
    public sealed class ChannelShuffle : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal ChannelShuffle(long groups)
            : base(nameof(ChannelShuffle)) => this.groups = groups;

        public long groups { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor)
        {
            var shape = tensor.Impl.Shape;
            if (shape.Length <= 2)
                throw Errors.Libtorch($"channel_shuffle expects input with > 2 dims, but got input with sizes {Errors.Shape(shape)}");
            if (groups <= 0 || shape[1] % groups != 0)
                throw Errors.Libtorch($"Number of channels must be divisible by groups, which must be positive. Got {shape[1]} channels and {groups} groups.");
            return tensor.reshape(shape[0], groups, shape[1] / groups, -1).transpose(1, 2).reshape(shape);
        }
    }
}
