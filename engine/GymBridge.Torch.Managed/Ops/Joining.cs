namespace GymBridge.Torch.Managed;

internal static class Joining
{
    public static Tensor Cat(Tensor[] tensors, long dim)
    {
        if (tensors.Length == 0)
            throw Errors.Libtorch("torch.cat(): expected a non-empty list of Tensors");
        // A one-dimensional tensor of no elements is skipped, as it always was.
        var all = Array.FindAll(tensors, t => t.Impl.Rank != 1 || t.Impl.Shape[0] != 0);
        if (all.Length == 0)
            return tensors[0].clone();
        var first = all[0].Impl;
        if (first.Rank == 0)
            throw Errors.Libtorch("zero-dimensional tensor (at position 0) cannot be concatenated");
        var d = Shapes.Dim(dim, first.Rank);
        var dtype = first.DType;
        var shape = (long[])first.Shape.Clone();
        shape[d] = 0;
        foreach (var t in all)
        {
            dtype = DTypes.Promote(dtype, t.Impl.DType);
            if (t.Impl.Rank != first.Rank)
                throw Errors.Libtorch($"Tensors must have same number of dimensions: got {first.Rank} and {t.Impl.Rank}");
            for (var i = 0; i < first.Rank; i++)
            {
                if (i != d && t.Impl.Shape[i] != first.Shape[i])
                    throw Errors.Libtorch($"Sizes of tensors must match except in dimension {d}. Expected size {first.Shape[i]} but got size {t.Impl.Shape[i]} for one of {Errors.Shape(first.Shape)} and {Errors.Shape(t.Impl.Shape)}.");
            }
            shape[d] += t.Impl.Shape[d];
        }
        var o = TensorImpl.Empty(shape, dtype);
        long at = 0;
        foreach (var t in all)
        {
            var part = (long[])shape.Clone();
            part[d] = t.Impl.Shape[d];
            var window = o.View(part, o.Strides, at * o.Strides[d]);
            CopyKernel.Into(t.Impl, window);
            window.Release();
            at += t.Impl.Shape[d];
        }
        var result = new Tensor(o);
        if (!Autograd.Records(all))
            return result;
        var sizes = Array.ConvertAll(all, t => t.Impl.Shape[d]);
        return Autograd.Attach(result, all, (n, g) =>
        {
            long from = 0;
            for (var i = 0; i < sizes.Length; i++)
            {
                if (n.Wants(i))
                    n.Give(i, g.narrow(d, from, sizes[i]));
                from += sizes[i];
            }
        });
    }

    public static Tensor AtLeast2(Tensor t) => t.Impl.Rank switch { 0 => t.reshape(1, 1), 1 => t.unsqueeze(0), _ => t };
}
