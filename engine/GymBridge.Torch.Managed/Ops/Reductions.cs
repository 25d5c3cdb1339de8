namespace GymBridge.Torch.Managed;

/// <summary>Reductions over some dimensions: the tensor is brought to [outer, count, inner] first.</summary>
internal static class Reductions
{
    public delegate void Kernel(TensorImpl x, long outer, long count, long inner, TensorImpl o);

    public static Tensor Sum(Tensor x, ReadOnlySpan<long> dims, bool keepdim, ScalarType? type)
    {
        var dtype = type ?? (x.Impl.DType.IsFloat() ? x.Impl.DType : ScalarType.Int64);
        var mask = Mask(dims, x.Impl.Rank);
        return SumWhere(x, mask, keepdim, dtype, mean: false);
    }

    public static Tensor Mean(Tensor x, ReadOnlySpan<long> dims, bool keepdim, ScalarType? type)
    {
        var dtype = type ?? x.Impl.DType;
        if (!dtype.IsFloat())
            throw Errors.Libtorch($"mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: {dtype.Name()}");
        return SumWhere(x, Mask(dims, x.Impl.Rank), keepdim, dtype, mean: true);
    }

    /// <summary>Undoes broadcasting: the sum over what was repeated.</summary>
    public static Tensor SumTo(Tensor grad, long[] shape)
    {
        var g = grad.Impl;
        var skip = g.Rank - shape.Length;
        var mask = new bool[g.Rank];
        var any = false;
        for (var i = 0; i < mask.Length; i++)
        {
            mask[i] = i < skip || (shape[i - skip] == 1 && g.Shape[i] != 1);
            any |= mask[i];
        }
        if (!any)
            return grad.reshape(shape);
        var sum = SumWhere(grad, mask, keepdim: true, g.DType, mean: false);
        return sum.reshape(shape);
    }

    public static bool[] Mask(ReadOnlySpan<long> dims, int rank)
    {
        var mask = new bool[rank];
        if (dims.Length == 0)
        {
            Array.Fill(mask, true);
            return mask;
        }
        foreach (var d in dims)
        {
            var i = Shapes.Dim(d, rank);
            if (rank == 0)
                continue;
            if (mask[i])
                throw Errors.Libtorch($"dim {i} appears multiple times in the list of dims");
            mask[i] = true;
        }
        return mask;
    }

    public static long[] ReducedShape(long[] shape, bool[] mask, bool keepdim)
    {
        var result = new List<long>(shape.Length);
        for (var i = 0; i < shape.Length; i++)
        {
            if (!mask[i])
                result.Add(shape[i]);
            else if (keepdim)
                result.Add(1);
        }
        return [.. result];
    }

    /// <summary>Runs a kernel on the tensor as [outer, count, inner].</summary>
    public static TensorImpl Reduce(TensorImpl x, bool[] mask, bool keepdim, ScalarType dtype, Kernel kernel)
    {
        var o = TensorImpl.Empty(ReducedShape(x.Shape, mask, keepdim), dtype);
        var first = -1;
        var last = -1;
        for (var i = 0; i < mask.Length; i++)
        {
            if (!mask[i] || x.Shape[i] == 1)
                continue;
            first = first < 0 ? i : first;
            last = i;
        }
        var block = true;
        for (var i = first; i >= 0 && i <= last; i++)
            block &= mask[i] || x.Shape[i] == 1;
        if (first < 0)
        {
            var same = CopyKernel.Contiguous(x);
            kernel(same, o.Count, 1, 1, o);
            same.Release();
            return o;
        }
        TensorImpl input;
        long outer = 1;
        long count = 1;
        long inner = 1;
        if (block)
        {
            input = CopyKernel.Contiguous(x);
            for (var i = 0; i < mask.Length; i++)
            {
                if (i < first)
                    outer *= x.Shape[i];
                else if (i <= last)
                    count *= x.Shape[i];
                else
                    inner *= x.Shape[i];
            }
        }
        else
        {
            input = MoveLast(x, mask);
            outer = o.Count;
            for (var i = 0; i < mask.Length; i++)
                count *= mask[i] ? x.Shape[i] : 1;
        }
        kernel(input, outer, count, inner, o);
        input.Release();
        return o;
    }

    /// <summary>A gradient of a reduced shape, as one that broadcasts to the input.</summary>
    public static Tensor Unreduce(Tensor grad, bool[] mask, bool keepdim)
    {
        if (keepdim || mask.Length == 0)
            return grad;
        var shape = new long[mask.Length];
        var j = 0;
        for (var i = 0; i < mask.Length; i++)
            shape[i] = mask[i] ? 1 : grad.Impl.Shape[j++];
        return grad.reshape(shape);
    }

    private static Tensor SumWhere(Tensor x, bool[] mask, bool keepdim, ScalarType dtype, bool mean)
    {
        var input = CopyKernel.AsType(x.Impl, dtype);
        long count = 1;
        for (var i = 0; i < mask.Length; i++)
            count *= mask[i] ? input.Shape[i] : 1;
        Kernel kernel = mean
            ? (i, outer, n, inner, o) => SumKernel.Run(i, outer, n, inner, o, count, divide: true)
            : static (i, outer, n, inner, o) => SumKernel.Run(i, outer, n, inner, o, 1, divide: false);
        var impl = Reduce(input, mask, keepdim, dtype, kernel);
        input.Release();
        var result = new Tensor(impl);
        if (!Autograd.Records(x))
            return result;
        var shape = x.Impl.Shape;
        return Autograd.Attach(result, x, (n, g) =>
        {
            var u = Unreduce(g, mask, keepdim);
            n.Give(0, (mean ? u / count : u).expand(shape));
        });
    }

    private static TensorImpl MoveLast(TensorImpl x, bool[] mask)
    {
        var shape = new long[x.Rank];
        var strides = new long[x.Rank];
        var n = 0;
        for (var pass = 0; pass < 2; pass++)
        {
            for (var i = 0; i < x.Rank; i++)
            {
                if (mask[i] != (pass == 1))
                    continue;
                shape[n] = x.Shape[i];
                strides[n++] = x.Strides[i];
            }
        }
        var view = x.View(shape, strides, x.Offset);
        var result = CopyKernel.Contiguous(view);
        view.Release();
        return result;
    }
}
