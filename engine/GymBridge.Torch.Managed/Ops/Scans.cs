namespace GymBridge.Torch.Managed;

/// <summary>Running sums, products and extremes along a dimension.</summary>
internal static class Scans
{
    public static Tensor Sum(Tensor x, long dim, ScalarType? type)
    {
        var y = Run(x, dim, type, static (acc, v) => acc + v, static (acc, v) => acc + v, 0);
        return Autograd.Records(x) ? Autograd.Attach(y, x, (n, g) => n.Give(0, x.Impl.Rank == 0 ? g : g.flip(dim).cumsum(dim).flip(dim))) : y;
    }

    public static Tensor Product(Tensor x, long dim, ScalarType? type)
    {
        var y = Run(x, dim, type, static (acc, v) => acc * v, static (acc, v) => acc * v, 1);
        if (!Autograd.Records(x))
            return y;
        return Autograd.Attach(
            y,
            x,
            (n, g) =>
            {
                // dx_k = sum over j >= k of g_j times the product of the others up to j: column by column, right also at zeros.
                var input = n.S0;
                if (input.Impl.Rank == 0)
                {
                    n.Give(0, g);
                    return;
                }
                var d = Shapes.Dim(dim, input.Impl.Rank);
                var size = input.Impl.Shape[d];
                var parts = new Tensor[size];
                for (long k = 0; k < size; k++)
                {
                    var before = k == 0 ? input.narrow(d, 0, 1).ones_like() : input.narrow(d, 0, k).prod(d, keepdim: true);
                    var after = torch.cat([before.ones_like(), input.narrow(d, k + 1, size - k - 1)], d).cumprod(d);
                    parts[k] = (g.narrow(d, k, size - k) * after * before).sum(d, keepdim: true);
                }
                n.Give(0, size == 0 ? input.zeros_like() : torch.cat(parts, d));
            },
            Saved.Input(x));
    }

    public static (Tensor Values, Tensor Indexes) Extreme(Tensor x, long dim, bool largest)
    {
        var d = Shapes.Dim(dim, x.Impl.Rank);
        if (x.Impl.Rank == 0)
            return (x.clone(), torch.zeros(Shapes.Scalar, ScalarType.Int64));
        var input = CopyKernel.Contiguous(x.Impl);
        var index = TensorImpl.Empty(input.Shape, ScalarType.Int64);
        var (outer, count, inner) = Split(input, d);
        for (long i = 0; i < outer; i++)
        {
            for (long j = 0; j < inner; j++)
            {
                var at = (i * count * inner) + j;
                long best = 0;
                for (long r = 0; r < count; r++)
                {
                    var v = Element.ReadDouble(input, at + (r * inner));
                    var b = Element.ReadDouble(input, at + (best * inner));
                    if (double.IsNaN(v) || (!double.IsNaN(b) && (largest ? v >= b : v <= b)))
                        best = r;
                    Element.Write(index, at + (r * inner), best);
                }
            }
        }
        input.Release();
        var at2 = new Tensor(index);
        return (x.gather(d, at2), at2);
    }

    public static (long Outer, long Count, long Inner) Split(TensorImpl x, int dim)
    {
        long outer = 1;
        long inner = 1;
        for (var i = 0; i < x.Rank; i++)
        {
            if (i < dim)
                outer *= x.Shape[i];
            else if (i > dim)
                inner *= x.Shape[i];
        }
        return (outer, x.Rank == 0 ? 1 : x.Shape[dim], inner);
    }

    private static Tensor Run(Tensor x, long dim, ScalarType? type, Func<double, double, double> real, Func<long, long, long> whole, int start)
    {
        var dtype = type ?? (x.Impl.DType.IsFloat() ? x.Impl.DType : ScalarType.Int64);
        var d = Shapes.Dim(dim, x.Impl.Rank);
        var input = CopyKernel.Cast(x.Impl, dtype);
        var o = TensorImpl.EmptyLike(input, dtype);
        var (outer, count, inner) = Split(input, d);
        for (long i = 0; i < outer; i++)
        {
            for (long j = 0; j < inner; j++)
            {
                double a = start;
                long b = start;
                for (long r = 0; r < count; r++)
                {
                    var at = (((i * count) + r) * inner) + j;
                    if (dtype.IsFloat())
                        Element.Write(o, at, a = real(a, Element.ReadDouble(input, at)));
                    else
                        Element.Write(o, at, b = whole(b, Element.ReadLong(input, at)));
                }
            }
        }
        input.Release();
        return new Tensor(o);
    }
}
