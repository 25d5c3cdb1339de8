namespace TorchSharp
{
    public enum PaddingModes
    {
        Zeros = 0,
        Reflect = 1,
        Replicate = 2,
        Circular = 3,
        Constant = 4,
    }

    public enum Padding
    {
        Valid = 0,
        Same = 1,
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static partial class functional
            {
                public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0.0) =>
                    functional.pad(input, (ReadOnlySpan<long>)pad, mode, value);

                /// <summary>Pairs of before and after, from the last dimension on.</summary>
                public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0.0)
                {
                    if (pad.Length % 2 != 0 || pad.Length / 2 > input.Impl.Rank)
                        throw Errors.Libtorch($"Padding length must be divisible by 2 and at most twice the number of dimensions of the input, but is {pad.Length} for {Errors.Shape(input.Impl.Shape)}");
                    if (mode is not (PaddingModes.Constant or PaddingModes.Zeros))
                        CheckFolded(input, pad, mode);
                    var result = input;
                    for (var i = 0; i < pad.Length / 2; i++)
                        result = Along(result, result.Impl.Rank - 1 - i, pad[2 * i], pad[(2 * i) + 1], mode, value);
                    return ReferenceEquals(result, input) ? input.alias() : result;
                }

                public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0.0) =>
                    functional.pad(input, [pad.Item1, pad.Item2], mode, value);

                public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0.0) =>
                    functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

                /// <summary>As much before and after every dimension.</summary>
                public static Tensor pad(Tensor input, long pad, PaddingModes mode = PaddingModes.Constant, double value = 0.0) =>
                    functional.pad(input, [.. Enumerable.Repeat(pad, 2 * input.Impl.Rank)], mode, value);

                /// <summary>Modes that repeat the input itself take one to three of its last dimensions and no more of them than there is.</summary>
                private static void CheckFolded(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode)
                {
                    var shape = input.Impl.Shape;
                    var dims = pad.Length / 2;
                    if (dims is < 1 or > 3 || (shape.Length != dims + 1 && shape.Length != dims + 2))
                        throw Errors.Libtorch($"Padding of mode {mode} takes 1 to 3 of the last dimensions of an input with one or two dimensions more, but got {pad.Length} sizes for {Errors.Shape(shape)}");
                    for (var i = 0; i < dims; i++)
                    {
                        var d = shape.Length - 1 - i;
                        var (before, after) = (pad[2 * i], pad[(2 * i) + 1]);
                        if (mode == PaddingModes.Reflect && (before >= shape[d] || after >= shape[d]))
                            throw Errors.Libtorch($"Padding size should be less than the corresponding input dimension, but got: padding ({before}, {after}) at dimension {d} of input {Errors.Shape(shape)}");
                        if (mode == PaddingModes.Circular && (before > shape[d] || after > shape[d]))
                            throw Errors.Libtorch($"Padding value causes wrapping around more than once: padding ({before}, {after}) at dimension {d} of input {Errors.Shape(shape)}");
                        if (shape[d] + before + after < 1)
                            throw Errors.Libtorch($"The padding ({before}, {after}) leaves nothing of dimension {d} of input {Errors.Shape(shape)}");
                    }
                }

                private static Tensor Along(Tensor x, int dim, long before, long after, PaddingModes mode, double value)
                {
                    if (before == 0 && after == 0)
                        return x;
                    var n = x.Impl.Shape[dim];
                    if (mode is PaddingModes.Constant or PaddingModes.Zeros)
                    {
                        var kept = x.narrow(dim, Math.Max(0, -before), n + Math.Min(0, before) + Math.Min(0, after));
                        Tensor Block(long size)
                        {
                            var shape = kept.shape;
                            shape[dim] = Math.Max(0, size);
                            return full(shape, value, x.dtype);
                        }
                        return cat([Block(before), kept, Block(after)], dim);
                    }
                    var index = new long[n + before + after];
                    for (var i = 0; i < index.Length; i++)
                    {
                        var at = i - before;
                        index[i] = mode switch
                        {
                            PaddingModes.Replicate => Math.Clamp(at, 0, n - 1),
                            PaddingModes.Circular => ((at % n) + n) % n,
                            _ => at < 0 ? -at : at >= n ? (2 * (n - 1)) - at : at,
                        };
                    }
                    return x.index_select(dim, tensor(index));
                }
            }
        }
    }
}
