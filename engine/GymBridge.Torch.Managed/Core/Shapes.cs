using System.Runtime.CompilerServices;

namespace GymBridge.Torch.Managed;

/// <summary>Arithmetic on shapes and strides.</summary>
internal static class Shapes
{
    public static readonly long[] Scalar = [];

    public static long Count(ReadOnlySpan<long> shape)
    {
        long n = 1;
        foreach (var d in shape)
        {
            if (d < 0)
                throw Errors.Libtorch($"Trying to create tensor with negative dimension {d}: {Errors.Shape(shape)}");
            n = checked(n * d);
        }
        return n;
    }

    public static long[] Contiguous(long[] shape)
    {
        if (shape.Length == 0)
            return Scalar;
        var strides = new long[shape.Length];
        long n = 1;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = n;
            n *= Math.Max(shape[i], 1);
        }
        return strides;
    }

    public static bool IsContiguous(long[] shape, long[] strides)
    {
        long n = 1;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            if (shape[i] == 0)
                return true;
            if (shape[i] != 1 && strides[i] != n)
                return false;
            n *= shape[i];
        }
        return true;
    }

    public static bool Same(long[] a, long[] b) => ReferenceEquals(a, b) || a.AsSpan().SequenceEqual(b);

    public static long[] Broadcast(long[] a, long[] b)
    {
        if (Same(a, b))
            return a;
        var n = Math.Max(a.Length, b.Length);
        var result = new long[n];
        for (var i = 0; i < n; i++)
        {
            var x = i < n - a.Length ? 1 : a[i - (n - a.Length)];
            var y = i < n - b.Length ? 1 : b[i - (n - b.Length)];
            if (x != y && x != 1 && y != 1)
                throw Errors.Broadcast(a, b);
            result[i] = x == 1 ? y : x;
        }
        return Same(result, a) ? a : Same(result, b) ? b : result;
    }

    /// <summary>The strides under which <paramref name="t"/> reads as <paramref name="shape"/>: 0 where it repeats.</summary>
    public static long[] BroadcastStrides(TensorImpl t, long[] shape)
    {
        var skip = shape.Length - t.Rank;
        if (skip < 0)
            throw Errors.Libtorch($"The expanded size {Errors.Shape(shape)} must have at least as many dimensions as the tensor, {Errors.Shape(t.Shape)}.");
        var strides = new long[shape.Length];
        for (var i = 0; i < t.Rank; i++)
        {
            var size = t.Shape[i];
            if (size == shape[i + skip])
                strides[i + skip] = size == 1 ? 0 : t.Strides[i];
            else if (size != 1)
                throw Errors.Libtorch($"The expanded size of the tensor, {Errors.Shape(shape)}, must match the existing size {Errors.Shape(t.Shape)} in every dimension that is not 1.");
        }
        return strides;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Dim(long dim, int rank)
    {
        var n = Math.Max(rank, 1);
        if (dim < -n || dim >= n)
            throw BadDim(dim, n);
        return (int)(dim < 0 ? dim + n : dim);
    }

    /// <summary>Resolves one -1 and checks the number of elements.</summary>
    public static long[] Infer(long[] shape, long count)
    {
        long known = 1;
        var hole = -1;
        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i] == -1)
                hole = hole < 0 ? i : throw Errors.Libtorch("only one dimension can be inferred");
            else if (shape[i] < 0)
                throw Errors.Libtorch($"invalid shape dimension {shape[i]}");
            else
                known = checked(known * shape[i]);
        }
        if (hole >= 0 ? known == 0 || count % known != 0 : known != count)
            throw Errors.Libtorch($"shape '{Errors.Shape(shape)}' is invalid for input of size {count}");
        if (hole < 0)
            return shape;
        var result = (long[])shape.Clone();
        result[hole] = count / known;
        return result;
    }

    /// <summary>Strides that show the same memory as <paramref name="shape"/>, or null if it takes a copy.</summary>
    public static long[]? ViewStrides(TensorImpl t, long[] shape)
    {
        if (t.Contiguous)
            return Contiguous(shape);
        var strides = new long[shape.Length];
        var view = shape.Length - 1;
        long chunkBase = t.Rank == 0 ? 1 : t.Strides[^1];
        long tensorCount = 1;
        long viewCount = 1;
        for (var d = t.Rank - 1; d >= 0; d--)
        {
            tensorCount *= t.Shape[d];
            if (d != 0 && (t.Shape[d - 1] == 1 || t.Strides[d - 1] == tensorCount * chunkBase))
                continue;
            while (view >= 0 && (viewCount < tensorCount || shape[view] == 1))
            {
                strides[view] = viewCount * chunkBase;
                viewCount *= shape[view];
                view--;
            }
            if (viewCount != tensorCount)
                return null;
            if (d > 0)
            {
                chunkBase = t.Strides[d - 1];
                tensorCount = 1;
                viewCount = 1;
            }
        }
        return view == -1 ? strides : null;
    }

    private static System.Runtime.InteropServices.ExternalException BadDim(long dim, int n) =>
        Errors.Libtorch($"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim})");
}
