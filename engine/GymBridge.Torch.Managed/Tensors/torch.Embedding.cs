namespace TorchSharp;

public static partial class torch
{
    public static Tensor select_scatter(Tensor input, Tensor src, long dim, long index) => input.select_scatter(src, dim, index);

    public static Tensor slice_scatter(Tensor input, Tensor src, long dim = 0, long? start = null, long? end = null, long step = 1) =>
        input.slice_scatter(src, dim, start, end, step);

    public static Tensor diagonal_scatter(Tensor input, Tensor src, long offset = 0, long dim1 = 0, long dim2 = 1) =>
        input.diagonal_scatter(src, offset, dim1, dim2);

    public static Tensor isin(Tensor tensor, Tensor test_elements, bool assumeUnique = false, bool invert = false) =>
        tensor.isin(test_elements, assumeUnique, invert);

    public partial class Tensor
    {
        /// <summary>A copy in which one index of a dimension holds the source.</summary>
        public Tensor select_scatter(Tensor src, long dim, long index) => Embedded(src, t => t.select(dim, index), "select_scatter");

        /// <summary>A copy in which a slice of a dimension holds the source.</summary>
        public Tensor slice_scatter(Tensor src, long dim = 0, long? start = null, long? end = null, long step = 1) =>
            Embedded(src, t => t.slice(dim, start ?? 0, end ?? t.size((int)Shapes.Dim(dim, Impl.Rank)), step), "slice_scatter");

        /// <summary>A copy in which a diagonal holds the source.</summary>
        public Tensor diagonal_scatter(Tensor src, long offset = 0, long dim1 = 0, long dim2 = 1) =>
            Embedded(src, t => t.diagonal(offset, dim1, dim2), "diagonal_scatter");

        /// <summary>A copy in which the places of the mask hold the source's first values, in order.</summary>
        public Tensor masked_scatter(Tensor mask, Tensor value)
        {
            if (mask.Impl.DType != ScalarType.Bool)
                throw Errors.Libtorch($"masked_scatter_ only supports boolean masks, but got mask with dtype {mask.Impl.DType.Name()}");
            var places = mask.expand(Impl.Shape).flatten().nonzero().flatten();
            if (value.numel() < places.numel())
                throw Errors.Libtorch($"masked_scatter: expected a source of at least {places.numel()} values for the mask, got {value.numel()}");
            return flatten().index_copy(0, places, value.flatten().narrow(0, 0, places.numel())).view(Impl.Shape);
        }

        public Tensor masked_scatter_(Tensor mask, Tensor value) => Autograd.Assign(this, masked_scatter(mask, value));

        /// <summary>Which values are among those of another tensor.</summary>
        public Tensor isin(Tensor test_elements, bool assumeUnique = false, bool invert = false)
        {
            var any = unsqueeze(-1).eq(test_elements.flatten()).any(-1);
            return invert ? any.logical_not() : any;
        }

        // Which value of the result comes from where is found by taking the same view of a tensor of positions.
        private Tensor Embedded(Tensor src, Func<Tensor, Tensor> view, string name)
        {
            var places = view(arange(numel()).view(Impl.Shape));
            if (!Shapes.Same(places.Impl.Shape, src.Impl.Shape))
                throw Errors.Libtorch($"expected src to have a size equal to the slice of self. src size = {Errors.Shape(src.Impl.Shape)}, slice size = {Errors.Shape(places.Impl.Shape)} ({name})");
            return flatten().index_copy(0, places.flatten(), src.flatten()).view(Impl.Shape);
        }
    }
}
