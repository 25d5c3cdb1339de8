using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Unfold Unfold(long kernel_size, long dilation = 1, long padding = 0, long stride = 1) =>
                new((kernel_size, kernel_size), (dilation, dilation), (padding, padding), (stride, stride));

            public static Unfold Unfold((long, long) kernel_size, (long, long)? dilation = null, (long, long)? padding = null, (long, long)? stride = null) =>
                new(kernel_size, dilation ?? (1, 1), padding ?? (0, 0), stride ?? (1, 1));

            public static Fold Fold(long output_size, long kernel_size, long dilation = 1, long padding = 0, long stride = 1) =>
                new((output_size, output_size), (kernel_size, kernel_size), (dilation, dilation), (padding, padding), (stride, stride));

            public static Fold Fold(
                (long, long) output_size, (long, long) kernel_size, (long, long)? dilation = null, (long, long)? padding = null, (long, long)? stride = null) =>
                new(output_size, kernel_size, dilation ?? (1, 1), padding ?? (0, 0), stride ?? (1, 1));

            public static partial class functional
            {
                public static Tensor unfold(Tensor input, long kernel_size, long dilation = 1, long padding = 0, long stride = 1) =>
                    unfold(input, (kernel_size, kernel_size), (dilation, dilation), (padding, padding), (stride, stride));

                /// <summary>The windows of (N, C, H, W) as columns: (N, C kh kw, L).</summary>
                public static Tensor unfold(
                    Tensor input, (long, long) kernel_size, (long, long)? dilation = null, (long, long)? padding = null, (long, long)? stride = null)
                {
                    if (input.ndim == 3)
                        return unfold(input.unsqueeze(0), kernel_size, dilation, padding, stride).squeeze(0);
                    if (input.ndim != 4)
                        throw Errors.Libtorch($"Expected 3D or 4D (batch mode) tensor for unfold, but got {Errors.Shape(input.Impl.Shape)}");
                    var blocks = new Blocks((input.size(2), input.size(3)), kernel_size, dilation ?? (1, 1), padding ?? (0, 0), stride ?? (1, 1));
                    var (ph, pw) = blocks.Padding;
                    var wide = pad(input, [pw, pw, ph, ph]).reshape(input.size(0), input.size(1), -1);
                    return wide.index_select(2, blocks.Positions()).reshape(input.size(0), input.size(1) * blocks.Window, blocks.Count);
                }

                public static Tensor fold(Tensor input, long output_size, long kernel_size, long dilation = 1, long padding = 0, long stride = 1) =>
                    fold(input, (output_size, output_size), (kernel_size, kernel_size), (dilation, dilation), (padding, padding), (stride, stride));

                /// <summary>The columns of (N, C kh kw, L) added up where their windows lie: (N, C, H, W).</summary>
                public static Tensor fold(
                    Tensor input, (long, long) output_size, (long, long) kernel_size, (long, long)? dilation = null,
                    (long, long)? padding = null, (long, long)? stride = null)
                {
                    if (input.ndim == 2)
                        return fold(input.unsqueeze(0), output_size, kernel_size, dilation, padding, stride).squeeze(0);
                    if (input.ndim != 3)
                        throw Errors.Libtorch($"Expected 2D or 3D (batch mode) tensor for fold, but got {Errors.Shape(input.Impl.Shape)}");
                    var blocks = new Blocks(output_size, kernel_size, dilation ?? (1, 1), padding ?? (0, 0), stride ?? (1, 1));
                    if (input.size(1) % blocks.Window != 0)
                        throw Errors.Libtorch($"Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)={input.size(1)} and kernel_size={kernel_size}.");
                    if (input.size(2) != blocks.Count)
                        throw Errors.Libtorch($"Given output_size={output_size}, kernel_size={kernel_size}, dilation={dilation ?? (1, 1)}, padding={padding ?? (0, 0)}, stride={stride ?? (1, 1)}, expected size of input's dimension 2 to match the calculated number of sliding blocks {blocks.Count}, but got input.size(2)={input.size(2)}.");
                    var (batch, channels) = (input.size(0), input.size(1) / blocks.Window);
                    var (h, w) = blocks.Padded;
                    var sum = zeros([batch, channels, h * w], input.dtype).index_add(2, blocks.Positions(), input.reshape(batch, channels, -1), 1);
                    return sum.reshape(batch, channels, h, w).narrow(2, blocks.Padding.H, output_size.Item1).narrow(3, blocks.Padding.W, output_size.Item2);
                }
            }
        }
    }
}

namespace GymBridge.Torch.Managed
{
    /// <summary>The sliding windows of a padded plane.</summary>
    internal sealed class Blocks
    {
        private readonly (long H, long W) _kernel;
        private readonly (long H, long W) _dilation;
        private readonly (long H, long W) _stride;
        private readonly (long H, long W) _count;

        public Blocks((long H, long W) size, (long H, long W) kernel, (long H, long W) dilation, (long H, long W) padding, (long H, long W) stride)
        {
            if (kernel.H <= 0 || kernel.W <= 0 || dilation.H <= 0 || dilation.W <= 0 || stride.H <= 0 || stride.W <= 0 || padding.H < 0 || padding.W < 0)
                throw Errors.Libtorch($"kernel_size, dilation and stride should be greater than zero and padding not negative, but got {kernel}, {dilation}, {stride} and {padding}");
            (_kernel, _dilation, _stride) = (kernel, dilation, stride);
            Padding = padding;
            Padded = (size.H + (2 * padding.H), size.W + (2 * padding.W));
            _count = (((Padded.H - (dilation.H * (kernel.H - 1)) - 1) / stride.H) + 1, ((Padded.W - (dilation.W * (kernel.W - 1)) - 1) / stride.W) + 1);
            if (Padded.H <= dilation.H * (kernel.H - 1) || Padded.W <= dilation.W * (kernel.W - 1))
                throw Errors.Libtorch($"Given a plane of {size}, kernel_size={kernel}, dilation={dilation}, padding={padding}, stride={stride}, there is no sliding block: its components must be at least one.");
        }

        public (long H, long W) Padding { get; }

        public (long H, long W) Padded { get; }

        /// <summary>Elements of a window.</summary>
        public long Window => _kernel.H * _kernel.W;

        /// <summary>Windows.</summary>
        public long Count => _count.H * _count.W;

        /// <summary>For each element of a window, for each window: where it lies in the flattened padded plane.</summary>
        public Tensor Positions()
        {
            var at = new long[Window * Count];
            var n = 0;
            for (long a = 0; a < _kernel.H; a++)
            {
                for (long b = 0; b < _kernel.W; b++)
                {
                    for (long i = 0; i < _count.H; i++)
                    {
                        for (long j = 0; j < _count.W; j++)
                            at[n++] = (((i * _stride.H) + (a * _dilation.H)) * Padded.W) + (j * _stride.W) + (b * _dilation.W);
                    }
                }
            }
            return torch.tensor(at);
        }
    }
}

namespace TorchSharp.Modules
{
    public sealed class Unfold : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal Unfold((long, long) kernel_size, (long, long) dilation, (long, long) padding, (long, long) stride)
            : base(nameof(Unfold))
        {
            this.kernel_size = kernel_size;
            this.dilation = dilation;
            this.padding = padding;
            this.stride = stride;
        }

        public (long, long) kernel_size { get; set; }

        public (long, long) dilation { get; set; }

        public (long, long) padding { get; set; }

        public (long, long) stride { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.unfold(tensor, kernel_size, dilation, padding, stride);
    }

    public sealed class Fold : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal Fold((long, long) output_size, (long, long) kernel_size, (long, long) dilation, (long, long) padding, (long, long) stride)
            : base(nameof(Fold))
        {
            this.output_size = output_size;
            this.kernel_size = kernel_size;
            this.dilation = dilation;
            this.padding = padding;
            this.stride = stride;
        }

        public (long, long) output_size { get; set; }

        public (long, long) kernel_size { get; set; }

        public (long, long) dilation { get; set; }

        public (long, long) padding { get; set; }

        public (long, long) stride { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.fold(tensor, output_size, kernel_size, dilation, padding, stride);
    }
}
