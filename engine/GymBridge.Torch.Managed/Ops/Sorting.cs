namespace GymBridge.Torch.Managed;

internal static class Sorting
{
    /// <summary>Always stable; NaN is the largest.</summary>
    public static Tensor Argsort(Tensor x, long dim, bool descending)
    {
        var d = Shapes.Dim(dim, x.Impl.Rank);
        var input = CopyKernel.Contiguous(x.Impl);
        var o = TensorImpl.Empty(input.Shape, ScalarType.Int64);
        var (outer, count, inner) = Scans.Split(input, d);
        var keys = new double[count];
        var order = new int[count];
        Comparison<int> compare = (a, b) =>
        {
            var c = Compare(keys[a], keys[b]);
            return c != 0 ? (descending ? -c : c) : a.CompareTo(b);
        };
        for (long i = 0; i < outer; i++)
        {
            for (long j = 0; j < inner; j++)
            {
                for (var r = 0; r < count; r++)
                {
                    keys[r] = Element.ReadDouble(input, (((i * count) + r) * inner) + j);
                    order[r] = r;
                }
                order.AsSpan().Sort(compare);
                for (var r = 0; r < count; r++)
                    Element.Write(o, (((i * count) + r) * inner) + j, (long)order[r]);
            }
        }
        input.Release();
        return new Tensor(o);
    }

    private static int Compare(double a, double b) =>
        double.IsNaN(a) ? (double.IsNaN(b) ? 0 : 1) : double.IsNaN(b) ? -1 : a < b ? -1 : a > b ? 1 : 0;
}
