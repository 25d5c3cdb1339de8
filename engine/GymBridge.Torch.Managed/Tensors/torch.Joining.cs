namespace TorchSharp;

public static partial class torch
{
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Joining.Cat([.. tensors], dim);

    public static Tensor cat(Tensor[] tensors, long dim = 0) => Joining.Cat(tensors, dim);

    public static Tensor cat(ReadOnlySpan<Tensor> tensors, long dim = 0) => Joining.Cat(tensors.ToArray(), dim);

    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    public static Tensor concat(Tensor[] tensors, long dim = 0) => cat(tensors, dim);

    public static Tensor concat(ReadOnlySpan<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    public static Tensor concatenate(IList<Tensor> tensors, long axis = 0) => cat(tensors, axis);

    public static Tensor concatenate(Tensor[] tensors, long axis = 0) => cat(tensors, axis);

    public static Tensor concatenate(ReadOnlySpan<Tensor> tensors, long axis = 0) => cat(tensors, axis);

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0)
    {
        Tensor[] all = [.. tensors];
        if (all.Length == 0)
            throw Errors.Libtorch("stack expects a non-empty TensorList");
        foreach (var t in all)
        {
            if (!Shapes.Same(t.Impl.Shape, all[0].Impl.Shape))
                throw Errors.Libtorch($"stack expects each tensor to be equal size, but got {Errors.Shape(all[0].Impl.Shape)} at entry 0 and {Errors.Shape(t.Impl.Shape)} at another");
        }
        var d = Shapes.Dim(dim, all[0].Impl.Rank + 1);
        return Joining.Cat(Array.ConvertAll(all, t => t.unsqueeze(d)), d);
    }

    public static Tensor vstack(IList<Tensor> tensors) => cat([.. tensors.Select(Joining.AtLeast2)], 0);

    public static Tensor vstack(Tensor[] tensors) => vstack((IList<Tensor>)tensors);

    public static Tensor vstack(ReadOnlySpan<Tensor> tensors) => vstack((IList<Tensor>)tensors.ToArray());

    public static Tensor row_stack(IList<Tensor> tensors) => vstack(tensors);

    public static Tensor row_stack(params Tensor[] tensors) => vstack((IList<Tensor>)tensors);

    public static Tensor row_stack(ReadOnlySpan<Tensor> tensors) => vstack(tensors);

    public static Tensor hstack(IList<Tensor> tensors)
    {
        Tensor[] all = [.. tensors.Select(t => t.Impl.Rank == 0 ? t.reshape(1) : t)];
        return cat(all, all.Length > 0 && all[0].Impl.Rank == 1 ? 0 : 1);
    }

    public static Tensor hstack(params Tensor[] tensors) => hstack((IList<Tensor>)tensors);

    public static Tensor hstack(IEnumerable<Tensor> tensors) => hstack((IList<Tensor>)[.. tensors]);

    public static Tensor hstack(ReadOnlySpan<Tensor> tensors) => hstack((IList<Tensor>)tensors.ToArray());

    public static Tensor where(Tensor condition, Tensor x, Tensor y) => Selection.Where(condition, x, y);

    public static Tensor[] where(Tensor condition) => [.. condition.nonzero_as_list()];

    public static IList<Tensor> broadcast_tensors(params Tensor[] tensors)
    {
        var shape = Shapes.Scalar;
        foreach (var t in tensors)
            shape = Shapes.Broadcast(shape, t.Impl.Shape);
        return Array.ConvertAll(tensors, t => t.expand(shape));
    }

    public static Size broadcast_shapes(params long[][] shapes)
    {
        var shape = Shapes.Scalar;
        foreach (var s in shapes)
            shape = Shapes.Broadcast(shape, s);
        return shape;
    }
}
