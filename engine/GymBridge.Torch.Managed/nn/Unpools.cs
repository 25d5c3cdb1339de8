using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static MaxUnpool1d MaxUnpool1d(long kernel_size, long? stride = null, long? padding = null) => new(kernel_size, stride, padding);

            public static MaxUnpool2d MaxUnpool2d(long kernel_size, long? stride = null, long? padding = null) =>
                new([kernel_size, kernel_size], stride is { } s ? [s, s] : null, padding is { } p ? [p, p] : null);

            public static MaxUnpool2d MaxUnpool2d((long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null) =>
                new(Pair(kernel_size, 1), stride is null ? null : Pair(stride, 1), Pair(padding, 0));

            public static MaxUnpool2d MaxUnpool2d(long[] kernel_size, long[]? stride = null, long[]? padding = null) => new(kernel_size, stride, padding);

            public static MaxUnpool3d MaxUnpool3d(long kernel_size, long? stride = null, long? padding = null) =>
                new([kernel_size, kernel_size, kernel_size], stride is { } s ? [s, s, s] : null, padding is { } p ? [p, p, p] : null);

            public static MaxUnpool3d MaxUnpool3d((long, long, long) kernel_size, (long, long, long)? stride = null, (long, long, long)? padding = null) =>
                new(Triple(kernel_size, 1), stride is null ? null : Triple(stride, 1), Triple(padding, 0));

            public static MaxUnpool3d MaxUnpool3d(long[] kernel_size, long[]? stride = null, long[]? padding = null) => new(kernel_size, stride, padding);

            public static partial class functional
            {
                public static Tensor max_unpool1d(
                    Tensor input, Tensor indices, long kernel_size, long? stride = null, long? padding = null, long[]? output_size = null) =>
                    Unpool("max_unpool1d", input, indices, [kernel_size], stride is { } s ? [s] : null, [padding ?? 0], output_size);

                public static Tensor max_unpool2d(
                    Tensor input, Tensor indices, long[] kernel_size, long[]? stride = null, long[]? padding = null, long[]? output_size = null) =>
                    Unpool("max_unpool2d", input, indices, Two(kernel_size, 1), stride is null ? null : Two(stride, 1), Two(padding, 0), output_size);

                public static Tensor max_unpool3d(
                    Tensor input, Tensor indices, long[] kernel_size, long[]? stride = null, long[]? padding = null, long[]? output_size = null) =>
                    Unpool("max_unpool3d", input, indices, Three(kernel_size, 1), stride is null ? null : Three(stride, 1), Three(padding, 0), output_size);

                /// <summary>Zeros of the size before the pooling, with each value where its index says.</summary>
                private static Tensor Unpool(string name, Tensor input, Tensor indices, long[] kernel, long[]? strides, long[] padding, long[]? output)
                {
                    var dims = kernel.Length;
                    WindowPooling.Check(name, input, dims);
                    if (indices.dtype != ScalarType.Int64 || !Shapes.Same(indices.Impl.Shape, input.Impl.Shape))
                        throw Errors.Libtorch($"{name}: elements in indices should be int64 and of the same shape as the input, {Errors.Shape(input.Impl.Shape)}, but are {Errors.Describe(indices.Impl)}");
                    var stride = strides ?? kernel;
                    long[] usual = [.. kernel.Select((k, d) => ((input.size(d - dims) - 1) * stride[d]) - (2 * padding[d]) + k)];
                    var size = output is null or [] ? usual : output[Math.Max(0, output.Length - dims)..];
                    if (size.Length != dims || size.Where((n, d) => n <= usual[d] - stride[d] || n >= usual[d] + stride[d]).Any())
                        throw Errors.Libtorch($"invalid output_size {Errors.Shape(output)}: its last {dims} elements must each be within a stride of {Errors.Shape(usual)}");
                    var cells = size.Aggregate(1L, (a, b) => a * b);
                    if (indices.lt(0).logical_or(indices.ge(cells)).any().item<bool>())
                        throw Errors.Libtorch($"{name}: found an invalid max index (output volumes are of size {Errors.Shape(size)})");
                    var planes = input.Impl.Shape[..^dims];
                    var flat = input.reshape([.. planes, -1]);
                    return zeros([.. planes, cells], input.dtype).scatter(-1, indices.reshape(flat.Impl.Shape), flat).reshape([.. planes, .. size]);
                }
            }
        }
    }
}

namespace TorchSharp.Modules
{
    public sealed class MaxUnpool1d : ParameterLessModule<torch.Tensor, torch.Tensor, long[]?, torch.Tensor>
    {
        internal MaxUnpool1d(long kernel_size, long? stride, long? padding)
            : base(nameof(MaxUnpool1d))
        {
            this.kernel_size = kernel_size;
            this.stride = stride;
            this.padding = padding;
        }

        public long kernel_size { get; set; }

        public long? stride { get; set; }

        public long? padding { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor, torch.Tensor indices, long[]? output_size = null) =>
            torch.nn.functional.max_unpool1d(tensor, indices, kernel_size, stride, padding, output_size);

        public new torch.Tensor call(torch.Tensor tensor, torch.Tensor indices, long[]? output_size = null) => base.call(tensor, indices, output_size);
    }

    public sealed class MaxUnpool2d : ParameterLessModule<torch.Tensor, torch.Tensor, long[]?, torch.Tensor>
    {
        internal MaxUnpool2d(long[] kernel_size, long[]? stride, long[]? padding)
            : base(nameof(MaxUnpool2d))
        {
            this.kernel_size = kernel_size;
            this.stride = stride;
            this.padding = padding;
        }

        public long[] kernel_size { get; set; }

        public long[]? stride { get; set; }

        public long[]? padding { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor, torch.Tensor indices, long[]? output_size = null) =>
            torch.nn.functional.max_unpool2d(tensor, indices, kernel_size, stride, padding, output_size);

        public new torch.Tensor call(torch.Tensor tensor, torch.Tensor indices, long[]? output_size = null) => base.call(tensor, indices, output_size);
    }

    public sealed class MaxUnpool3d : ParameterLessModule<torch.Tensor, torch.Tensor, long[]?, torch.Tensor>
    {
        internal MaxUnpool3d(long[] kernel_size, long[]? stride, long[]? padding)
            : base(nameof(MaxUnpool3d))
        {
            this.kernel_size = kernel_size;
            this.stride = stride;
            this.padding = padding;
        }

        public long[] kernel_size { get; set; }

        public long[]? stride { get; set; }

        public long[]? padding { get; set; }

        public override torch.Tensor forward(torch.Tensor tensor, torch.Tensor indices, long[]? output_size = null) =>
            torch.nn.functional.max_unpool3d(tensor, indices, kernel_size, stride, padding, output_size);

        public new torch.Tensor call(torch.Tensor tensor, torch.Tensor indices, long[]? output_size = null) => base.call(tensor, indices, output_size);
    }
}
