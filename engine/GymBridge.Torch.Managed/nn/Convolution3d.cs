using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Conv3d Conv3d(
                long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(
                    in_channels, out_channels, [kernel_size, kernel_size, kernel_size], [stride, stride, stride], [padding, padding, padding],
                    null, [dilation, dilation, dilation], padding_mode, groups, bias, device, dtype);

            public static Conv3d Conv3d(
                long in_channels, long out_channels, (long, long, long) kernel_size, (long, long, long)? stride = null,
                (long, long, long)? padding = null, (long, long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(
                    in_channels, out_channels, Triple(kernel_size, 1), Triple(stride, 1), Triple(padding, 0), null,
                    Triple(dilation, 1), padding_mode, groups, bias, device, dtype);

            public static Conv3d Conv3d(
                long in_channels, long out_channels, long kernel_size, Padding padding, long stride = 1, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(
                    in_channels, out_channels, [kernel_size, kernel_size, kernel_size], [stride, stride, stride], null, padding,
                    [dilation, dilation, dilation], padding_mode, groups, bias, device, dtype);

            public static Conv3d Conv3d(
                long in_channels, long out_channels, (long, long, long) kernel_size, Padding padding, (long, long, long)? stride = null,
                (long, long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true,
                Device? device = null, ScalarType? dtype = null) =>
                new(
                    in_channels, out_channels, Triple(kernel_size, 1), Triple(stride, 1), null, padding,
                    Triple(dilation, 1), padding_mode, groups, bias, device, dtype);

            public static partial class functional
            {
                /// <summary>The sum, over the slices of the kernel, of two-dimensional convolutions of the depths that a slice meets.</summary>
                public static Tensor conv3d(
                    Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1)
                {
                    if (input.ndim == 4)
                        return conv3d(input.unsqueeze(0), weight, bias, strides, padding, dilation, groups).squeeze(0);
                    if (input.ndim != 5 || weight.ndim != 5)
                        throw Errors.Libtorch($"Expected 4D (unbatched) or 5D (batched) input to conv3d, but got input of size: {Errors.Shape(input.Impl.Shape)}");
                    var (s, p, d) = (Three(strides, 1), Three(padding, 0), Three(dilation, 1));
                    var x = pad(input, [0, 0, 0, 0, p[0], p[0]]);
                    var depth = x.size(2) - (d[0] * (weight.size(2) - 1));
                    if (depth <= 0)
                        throw Errors.Libtorch($"Calculated padded input size per channel: ({x.size(2)} x {x.size(3)} x {x.size(4)}). Kernel size: ({weight.size(2)} x {weight.size(3)} x {weight.size(4)}). Kernel size can't be greater than actual input size");
                    var planes = ((depth - 1) / s[0]) + 1;
                    Tensor? sum = null;
                    for (long k = 0; k < weight.size(2); k++)
                    {
                        var met = x.slice(2, k * d[0], (k * d[0]) + ((planes - 1) * s[0]) + 1, s[0]);
                        var flat = met.transpose(1, 2).reshape(-1, x.size(1), x.size(3), x.size(4));
                        var part = Convolutions.Conv2d(flat, weight.select(2, k), null, s[1..], p[1..], d[1..], groups);
                        sum = sum is null ? part : sum + part;
                    }
                    var y = sum!.reshape([x.size(0), planes, .. sum.Impl.Shape[1..]]).transpose(1, 2);
                    return bias is null ? y : y + bias.reshape(1, -1, 1, 1, 1);
                }

                public static Tensor conv1d_padding(
                    Tensor input, Tensor weight, Tensor? bias = null, long? stride = null,
                    Padding padding = Padding.Valid, long? dilation = null, long groups = 1)
                {
                    var x = PadSame(input, weight, [stride ?? 1], padding, [dilation ?? 1]);
                    return Convolutions.Conv2d(x.unsqueeze(-2), weight.unsqueeze(-2), bias, [1, stride ?? 1], [0, 0], [1, dilation ?? 1], groups).squeeze(-2);
                }

                public static Tensor conv2d_padding(
                    Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null,
                    Padding padding = Padding.Valid, long[]? dilation = null, long groups = 1) =>
                    conv2d(PadSame(input, weight, Two(strides, 1), padding, Two(dilation, 1)), weight, bias, strides, null, dilation, groups);

                public static Tensor conv3d_padding(
                    Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null,
                    Padding padding = Padding.Valid, long[]? dilation = null, long groups = 1) =>
                    conv3d(PadSame(input, weight, Three(strides, 1), padding, Three(dilation, 1)), weight, bias, strides, null, dilation, groups);

                private static Tensor PadSame(Tensor input, Tensor weight, long[] strides, Padding padding, long[] dilation)
                {
                    if (padding == Padding.Valid)
                        return input;
                    if (strides.Any(s => s != 1))
                        throw Errors.Libtorch("padding='same' is not supported for strided convolutions");
                    var n = strides.Length;
                    var sides = new long[2 * n];
                    for (var i = 0; i < n; i++)
                    {
                        var total = dilation[i] * (weight.size(i - n) - 1);
                        sides[2 * (n - 1 - i)] = total / 2;
                        sides[(2 * (n - 1 - i)) + 1] = total - (total / 2);
                    }
                    return pad(input, sides);
                }
            }
        }
    }
}

namespace TorchSharp.Modules
{
    public sealed class Conv3d : Convolution
    {
        internal Conv3d(
            long in_channels, long out_channels, long[] kernel_size, long[] stride, long[]? padding, Padding? padding_type, long[] dilation,
            PaddingModes padding_mode, long groups, bool bias, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(Conv3d), in_channels, out_channels, kernel_size, stride, padding, padding_type, dilation, padding_mode, groups, bias, device, dtype)
        {
        }

        public override torch.Tensor forward(torch.Tensor input)
        {
            Validate(input);
            var (x, left) = Pad(input);
            return torch.nn.functional.conv3d(x, weight, bias, stride, left, dilation, groups);
        }
    }
}
