using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Conv1d Conv1d(
                long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, [kernel_size], [stride], [padding], null, [dilation], padding_mode, groups, bias, device, dtype);

            public static Conv1d Conv1d(
                long in_channels, long out_channels, long kernel_size, Padding padding, long stride = 1, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, [kernel_size], [stride], null, padding, [dilation], padding_mode, groups, bias, device, dtype);

            public static Conv2d Conv2d(
                long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(
                    in_channels, out_channels, [kernel_size, kernel_size], [stride, stride], [padding, padding], null,
                    [dilation, dilation], padding_mode, groups, bias, device, dtype);

            public static Conv2d Conv2d(
                long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null,
                (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null,
                ScalarType? dtype = null) =>
                new(
                    in_channels, out_channels, Pair(kernel_size, 1), Pair(stride, 1), Pair(padding, 0), null,
                    Pair(dilation, 1), padding_mode, groups, bias, device, dtype);

            public static Conv2d Conv2d(
                long in_channels, long out_channels, long kernel_size, Padding padding, long stride = 1, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(
                    in_channels, out_channels, [kernel_size, kernel_size], [stride, stride], null, padding,
                    [dilation, dilation], padding_mode, groups, bias, device, dtype);

            public static Conv2d Conv2d(
                long in_channels, long out_channels, (long, long) kernel_size, Padding padding, (long, long)? stride = null, (long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(
                    in_channels, out_channels, Pair(kernel_size, 1), Pair(stride, 1), null, padding,
                    Pair(dilation, 1), padding_mode, groups, bias, device, dtype);

            private static long[] Pair((long, long)? pair, long missing) => pair is { } p ? [p.Item1, p.Item2] : [missing, missing];
        }
    }
}

namespace TorchSharp.Modules
{
    public abstract class Convolution : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private protected Convolution(
            string name, long in_channels, long out_channels, long[] kernel_size, long[] stride, long[]? padding, Padding? padding_type, long[] dilation,
            PaddingModes padding_mode, long groups, bool bias, torch.Device? device, torch.ScalarType? dtype, long[]? output_padding = null)
            : base(name)
        {
            if (groups <= 0 || in_channels % groups != 0 || out_channels % groups != 0)
                throw new ArgumentException($"in_channels ({in_channels}) and out_channels ({out_channels}) must be divisible by groups ({groups}).");
            if (padding_type == Padding.Same && stride.Any(s => s != 1))
                throw new ArgumentException("padding='same' is not supported for strided convolutions");
            this.in_channels = in_channels;
            this.out_channels = out_channels;
            this.kernel_size = kernel_size;
            this.stride = stride;
            this.padding = padding;
            this.padding_type = padding_type;
            this.dilation = dilation;
            this.padding_mode = padding_mode;
            this.groups = groups;
            transposed = output_padding is not null;
            this.output_padding = output_padding ?? new long[kernel_size.Length];
            long[] channels = transposed ? [in_channels, out_channels / groups] : [out_channels, in_channels / groups];
            weight = new Parameter(torch.empty([.. channels, .. kernel_size], dtype, device));
            if (bias)
                this.bias = new Parameter(torch.empty([out_channels], dtype, device));
            reset_parameters();
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

        public Parameter? bias
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(bias), value);
            }
        }

        public long in_channels { get; }

        public long out_channels { get; }

        public bool transposed { get; }

        public Padding? padding_type { get; private set; }

        public long[]? padding { get; private set; }

        public PaddingModes padding_mode { get; set; }

        public long groups { get; set; }

        public long[] kernel_size { get; set; }

        public long[] stride { get; set; }

        public long[] dilation { get; set; }

        public long[] output_padding { get; set; }

        public void reset_parameters()
        {
            torch.nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
            if (bias is { } b)
                torch.nn.init.BiasUniform(b, weight);
        }

        public void SetPadding(long[] padding)
        {
            this.padding = padding;
            padding_type = null;
        }

        public void SetPadding(Padding padding)
        {
            padding_type = padding;
            this.padding = null;
        }

        protected bool ValidateShape(torch.Tensor input, long dimensions)
        {
            var shape = input.Impl.Shape;
            return (shape.Length == dimensions + 2 && shape[1] == in_channels) || (shape.Length == dimensions + 1 && shape[0] == in_channels);
        }

        private protected void Validate(torch.Tensor input)
        {
            var n = kernel_size.Length;
            if (!ValidateShape(input, n))
                throw new ArgumentException($"Expected {n + 1}D (unbatched) or {n + 2}D (batched) input with {in_channels} channels to {GetName()}.");
        }

        /// <summary>The input padded by hand where the kernel cannot do it (unequal sides, other than zeros), and what is left to do.</summary>
        private protected (torch.Tensor Input, long[] Padding) Pad(torch.Tensor input)
        {
            var n = kernel_size.Length;
            var sides = new long[2 * n];
            for (var i = 0; i < n; i++)
            {
                var total = padding_type == Padding.Same ? dilation[i] * (kernel_size[i] - 1) : 2 * (padding?[i] ?? 0);
                sides[2 * (n - 1 - i)] = total / 2;
                sides[(2 * (n - 1 - i)) + 1] = total - (total / 2);
            }
            var even = true;
            for (var i = 0; i < n; i++)
                even &= sides[2 * i] == sides[(2 * i) + 1];
            if (padding_mode == PaddingModes.Zeros && even)
            {
                var each = new long[n];
                for (var i = 0; i < n; i++)
                    each[i] = sides[2 * (n - 1 - i)];
                return (input, each);
            }
            return (torch.nn.functional.pad(input, sides, padding_mode), new long[n]);
        }
    }

    public sealed class Conv2d : Convolution
    {
        internal Conv2d(
            long in_channels, long out_channels, long[] kernel_size, long[] stride, long[]? padding, Padding? padding_type, long[] dilation,
            PaddingModes padding_mode, long groups, bool bias, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(Conv2d), in_channels, out_channels, kernel_size, stride, padding, padding_type, dilation, padding_mode, groups, bias, device, dtype)
        {
        }

        public override torch.Tensor forward(torch.Tensor input)
        {
            Validate(input);
            var (x, left) = Pad(input);
            return Convolutions.Conv2d(x, weight, bias, stride, left, dilation, groups);
        }
    }

    public sealed class Conv1d : Convolution
    {
        internal Conv1d(
            long in_channels, long out_channels, long[] kernel_size, long[] stride, long[]? padding, Padding? padding_type, long[] dilation,
            PaddingModes padding_mode, long groups, bool bias, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(Conv1d), in_channels, out_channels, kernel_size, stride, padding, padding_type, dilation, padding_mode, groups, bias, device, dtype)
        {
        }

        /// <summary>A two-dimensional one of height one.</summary>
        public override torch.Tensor forward(torch.Tensor input)
        {
            Validate(input);
            var (x, left) = Pad(input);
            return Convolutions.Conv2d(x.unsqueeze(-2), weight.unsqueeze(-2), bias, [1, stride[0]], [0, left[0]], [1, dilation[0]], groups).squeeze(-2);
        }
    }
}
