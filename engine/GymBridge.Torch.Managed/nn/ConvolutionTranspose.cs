using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static ConvTranspose1d ConvTranspose1d(
                long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long output_padding = 0, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, [kernel_size], [stride], [padding], [output_padding], [dilation], padding_mode, groups, bias, device, dtype);

            public static ConvTranspose2d ConvTranspose2d(
                long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long output_padding = 0, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(
                    in_channels, out_channels, [kernel_size, kernel_size], [stride, stride], [padding, padding],
                    [output_padding, output_padding], [dilation, dilation], padding_mode, groups, bias, device, dtype);

            public static ConvTranspose2d ConvTranspose2d(
                long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null,
                (long, long)? output_padding = null, (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1,
                bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(
                    in_channels, out_channels, Pair(kernel_size, 1), Pair(stride, 1), Pair(padding, 0), Pair(output_padding, 0),
                    Pair(dilation, 1), padding_mode, groups, bias, device, dtype);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>The gradient of a convolution as a layer: it makes images larger.</summary>
    public abstract class ConvolutionTranspose : Convolution
    {
        private protected ConvolutionTranspose(
            string name, long in_channels, long out_channels, long[] kernel_size, long[] stride, long[] padding, long[] output_padding, long[] dilation,
            PaddingModes padding_mode, long groups, bool bias, torch.Device? device, torch.ScalarType? dtype)
            : base(name, in_channels, out_channels, kernel_size, stride, padding, null, dilation, padding_mode, groups, bias, device, dtype, output_padding)
        {
            if (padding_mode != PaddingModes.Zeros)
                throw new ArgumentException("Only PaddingModes.Zeros is supported for ConvTransposeND", nameof(padding_mode));
        }

        public override torch.Tensor forward(torch.Tensor input) => forward(input, null);

        public abstract torch.Tensor forward(torch.Tensor input, long[]? output_size);

        /// <summary>What to add on one side for an output of this size; without one, what the layer was made with.</summary>
        protected long[] _output_padding(
            torch.Tensor input, long[]? output_size, long[] kernel_size, long[] stride, long[] padding, long[] dilation, long num_spatial_dims)
        {
            if (output_size is null)
                return output_padding;
            var n = (int)num_spatial_dims;
            var leading = (int)input.ndim - n;
            if (output_size.Length == leading + n)
                output_size = output_size[leading..];
            if (output_size.Length != n)
                throw new ArgumentException($"ConvTranspose{n}D: for {input.ndim}D input, output_size must have {n} or {leading + n} elements (got {output_size.Length})", nameof(input));
            var result = new long[n];
            for (var d = 0; d < n; d++)
            {
                var least = ((input.Impl.Shape[leading + d] - 1) * stride[d]) - (2 * padding[d]) + (dilation[d] * (kernel_size[d] - 1)) + 1;
                result[d] = output_size[d] - least;
                if (result[d] < 0 || result[d] >= stride[d])
                    throw new ArgumentException($"Requested an output size of {Errors.Shape(output_size)}, but valid sizes range from {least} to {least + stride[d] - 1}");
            }
            return result;
        }
    }

    public sealed class ConvTranspose1d : ConvolutionTranspose
    {
        internal ConvTranspose1d(
            long in_channels, long out_channels, long[] kernel_size, long[] stride, long[] padding, long[] output_padding, long[] dilation,
            PaddingModes padding_mode, long groups, bool bias, torch.Device? device, torch.ScalarType? dtype)
            : base(
                nameof(ConvTranspose1d), in_channels, out_channels, kernel_size, stride, padding, output_padding,
                dilation, padding_mode, groups, bias, device, dtype)
        {
        }

        public override torch.Tensor forward(torch.Tensor input, long[]? output_size)
        {
            Validate(input);
            return torch.nn.functional.conv_transpose1d(
                input,
                weight,
                bias,
                stride[0],
                padding![0],
                _output_padding(input, output_size, kernel_size, stride, padding, dilation, 1)[0],
                dilation[0],
                groups);
        }
    }

    public sealed class ConvTranspose2d : ConvolutionTranspose
    {
        internal ConvTranspose2d(
            long in_channels, long out_channels, long[] kernel_size, long[] stride, long[] padding, long[] output_padding, long[] dilation,
            PaddingModes padding_mode, long groups, bool bias, torch.Device? device, torch.ScalarType? dtype)
            : base(
                nameof(ConvTranspose2d), in_channels, out_channels, kernel_size, stride, padding, output_padding,
                dilation, padding_mode, groups, bias, device, dtype)
        {
        }

        public override torch.Tensor forward(torch.Tensor input, long[]? output_size)
        {
            Validate(input);
            return torch.nn.functional.conv_transpose2d(
                input, weight, bias, stride, padding, _output_padding(input, output_size, kernel_size, stride, padding!, dilation, 2), dilation, groups);
        }
    }
}
