namespace GymBridge.Torch.Managed;

/// <summary>Gradients of views: zeros of the whole shape with the gradient put where the view looked.</summary>
internal static class Scattered
{
    public static Tensor Select(Tensor g, long[] whole, int dim, long index) => Put(g, whole, z => z.select(dim, index), t => t.select(dim, index));

    public static Tensor Slice(Tensor g, long[] whole, int dim, long from, long to, long step) =>
        Put(g, whole, z => z.slice(dim, from, to, step), t => t.slice(dim, from, to, step));

    public static Tensor Diagonal(Tensor g, long[] whole, long offset, long a, long b) =>
        Put(g, whole, z => z.diagonal(offset, a, b), t => t.diagonal(offset, a, b));

    /// <summary>Windows overlap, so they are added.</summary>
    public static Tensor Unfold(Tensor g, long[] whole, int dim, long size, long step)
    {
        Tensor? sum = null;
        for (long w = 0; w < g.Impl.Shape[dim]; w++)
        {
            var window = g.select(dim, w).movedim([-1], [dim]);
            var part = Put(window, whole, z => z.slice(dim, w * step, (w * step) + size, 1), t => t.slice(dim, w * step, (w * step) + size, 1));
            sum = sum is null ? part : sum + part;
        }
        return sum ?? torch.zeros(whole, g.dtype);
    }

    private static Tensor Put(Tensor g, long[] whole, Func<Tensor, Tensor> window, Func<Tensor, Tensor> back)
    {
        var result = new Tensor(TensorImpl.Zeros(whole, g.Impl.DType));
        using (torch.no_grad())
        using (var view = window(result))
            CopyKernel.Into(g.Impl, view.Impl);
        return Autograd.Records(g) ? Autograd.Attach(result, g, (n, gg) => n.Give(0, back(gg))) : result;
    }
}
