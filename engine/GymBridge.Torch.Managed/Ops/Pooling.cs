using System.Numerics;
using System.Runtime.CompilerServices;

namespace GymBridge.Torch.Managed;

/// <summary>Pooling over the last two dimensions. Where the maximum is, is an index; an average is a sum of shifted slices' windows.</summary>
internal static unsafe class Pooling
{
    public static (Tensor Output, Tensor Indices) Max2d(Tensor x, long[] kernel, long[] stride, long[] padding, long[] dilation, bool ceil)
    {
        Check(x, "max_pool2d");
        var h = x.Impl.Shape[^2];
        var w = x.Impl.Shape[^1];
        var oh = Out(h, kernel[0], stride[0], padding[0], dilation[0], ceil);
        var ow = Out(w, kernel[1], stride[1], padding[1], dilation[1], ceil);
        var flat = x.reshape(-1, h * w);
        var input = CopyKernel.Contiguous(flat.Impl);
        var planes = input.Shape[0];
        var index = TensorImpl.Empty([planes, oh * ow], ScalarType.Int64);
        if (input.DType == ScalarType.Float32)
            Largest(input.Ptr<float>(), index.Ptr<long>(), planes, h, w, oh, ow, kernel, stride, padding, dilation);
        else
            Largest(input.Ptr<double>(), index.Ptr<long>(), planes, h, w, oh, ow, kernel, stride, padding, dilation);
        input.Release();
        long[] shape = [.. x.Impl.Shape.AsSpan(0, x.Impl.Rank - 2), oh, ow];
        var at = new Tensor(index);
        return (flat.gather(1, at).reshape(shape), at.reshape(shape));
    }

    /// <summary>Where in its plane each window has its first largest value, or a NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Largest<T>(
        T* x, long* index, long planes, long h, long w, long oh, long ow, long[] kernel, long[] stride, long[] padding, long[] dilation)
        where T : unmanaged, INumber<T>
    {
        var (dh, dw) = (dilation[0], dilation[1]);
        for (long p = 0; p < planes; p++, x += h * w)
        {
            for (long i = 0; i < oh; i++)
            {
                var top = (i * stride[0]) - padding[0];
                var bottom = Math.Min(h, top + (kernel[0] * dh));
                top = Inside(top, dh);
                for (long j = 0; j < ow; j++)
                {
                    var left = (j * stride[1]) - padding[1];
                    var right = Math.Min(w, left + (kernel[1] * dw));
                    left = Inside(left, dw);
                    var best = (top * w) + left;
                    for (var y = top; y < bottom; y += dh)
                    {
                        for (var z = left; z < right; z += dw)
                        {
                            var v = x[(y * w) + z];
                            if (v > x[best] || T.IsNaN(v))
                                best = (y * w) + z;
                        }
                    }
                    *index++ = best;
                }
            }
        }
    }

    /// <summary>The first of start, start + step, ... that is not in the padding.</summary>
    private static long Inside(long start, long step) => start >= 0 ? start : start + ((-start + step - 1) / step * step);

    public static Tensor Average2d(Tensor x, long[] kernel, long[] stride, long[] padding, bool ceil, bool countPad, long? divisor)
    {
        Check(x, "avg_pool2d");
        var h = x.Impl.Shape[^2];
        var w = x.Impl.Shape[^1];
        var oh = Out(h, kernel[0], stride[0], padding[0], 1, ceil);
        var ow = Out(w, kernel[1], stride[1], padding[1], 1, ceil);
        var rows = Windows(h, oh, kernel[0], stride[0], padding[0]);
        var columns = Windows(w, ow, kernel[1], stride[1], padding[1]);
        return Averaged(
            x,
            rows,
            columns,
            (i, j) =>
                divisor
                    ?? (
                        countPad
                            ? Padded(i, h, kernel[0], stride[0], padding[0]) * Padded(j, w, kernel[1], stride[1], padding[1])
                            : (rows[i].To - rows[i].From) * (columns[j].To - columns[j].From)));
    }

    public static Tensor AdaptiveAverage2d(Tensor x, long oh, long ow)
    {
        Check(x, "adaptive_avg_pool2d");
        var h = x.Impl.Shape[^2];
        var w = x.Impl.Shape[^1];
        (long From, long To)[] rows = [.. Enumerable.Range(0, (int)oh).Select(i => (i * h / oh, (((i + 1) * h) + oh - 1) / oh))];
        (long From, long To)[] columns = [.. Enumerable.Range(0, (int)ow).Select(j => (j * w / ow, (((j + 1) * w) + ow - 1) / ow))];
        return Averaged(x, rows, columns, (i, j) => (rows[i].To - rows[i].From) * (columns[j].To - columns[j].From));
    }

    /// <summary>As a product with two matrices of zeros and ones: rows R x, columns x C, then over the size of each window.</summary>
    private static Tensor Averaged(Tensor x, (long From, long To)[] rows, (long From, long To)[] columns, Func<int, int, long> size)
    {
        var h = x.Impl.Shape[^2];
        var w = x.Impl.Shape[^1];
        var r = new double[rows.Length * h];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var y = rows[i].From; y < rows[i].To; y++)
                r[(i * h) + y] = 1;
        }
        var c = new double[w * columns.Length];
        for (var j = 0; j < columns.Length; j++)
        {
            for (var z = columns[j].From; z < columns[j].To; z++)
                c[(z * columns.Length) + j] = 1;
        }
        var n = new double[rows.Length * columns.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = 0; j < columns.Length; j++)
                n[(i * columns.Length) + j] = size(i, j);
        }
        var left = torch.tensor(r, [rows.Length, h], x.dtype);
        var right = torch.tensor(c, [w, columns.Length], x.dtype);
        return left.matmul(x).matmul(right) / torch.tensor(n, [rows.Length, columns.Length], x.dtype);
    }

    private static (long From, long To)[] Windows(long size, long count, long kernel, long stride, long padding) =>
        [.. Enumerable.Range(0, (int)count).Select(i => (Math.Max(0, (i * stride) - padding), Math.Min(size, (i * stride) - padding + kernel)))];

    private static long Padded(int i, long size, long kernel, long stride, long padding) =>
        Math.Min((i * stride) - padding + kernel, size + padding) - ((i * stride) - padding);

    private static long Out(long size, long kernel, long stride, long padding, long dilation, bool ceil)
    {
        var span = size + (2 * padding) - (dilation * (kernel - 1)) - 1;
        var n = ((span + (ceil ? stride - 1 : 0)) / stride) + 1;
        // A window that starts in the padding on the right is none.
        if (ceil && (n - 1) * stride >= size + padding)
            n--;
        return n > 0 ? n : throw Errors.Libtorch($"pooling: calculated output size is too small for an input of {size} and a kernel of {kernel}");
    }

    private static void Check(Tensor x, string name)
    {
        if (x.Impl.Rank is not (3 or 4))
            throw Errors.Libtorch($"{name}: Expected 3D or 4D (batch mode) tensor, but got input of size: {Errors.Shape(x.Impl.Shape)}");
    }
}
