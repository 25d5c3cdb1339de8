using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => Indexing.Get(this, indices);
            set => Indexing.Set(this, indices, value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => Indexing.Set(this, [i1], value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => select(0, i1).select(0, i2);
            set => Indexing.Set(this, [i1, i2], value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => Indexing.Get(this, [i1, i2, i3]);
            set => Indexing.Set(this, [i1, i2, i3], value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => Indexing.Get(this, [i1, i2, i3, i4]);
            set => Indexing.Set(this, [i1, i2, i3, i4], value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => Indexing.Get(this, [i1, i2, i3, i4, i5]);
            set => Indexing.Set(this, [i1, i2, i3, i4, i5], value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6]
        {
            get => Indexing.Get(this, [i1, i2, i3, i4, i5, i6]);
            set => Indexing.Set(this, [i1, i2, i3, i4, i5, i6], value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => Indexing.Get(this, Array.ConvertAll(indices, i => (TensorIndex)i));
            set => Indexing.Set(this, Array.ConvertAll(indices, i => (TensorIndex)i), value);
        }

        public Tensor index(params TensorIndex[] indices) => Indexing.Get(this, indices);

        public Tensor index(params Tensor[] indices) => Indexing.Get(this, Array.ConvertAll(indices, Entry));

        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            Indexing.Set(this, indices, value);
            return this;
        }

        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            if (!accumulate)
                return index_put_(value, indices);
            Indexing.Set(this, indices, value, accumulate: true);
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => Indexing.Put(this, indices, value, false);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) => Indexing.Put(this, indices, value, accumulate);

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            Indexing.Set(this, indices, Number(value, Impl.DType));
            return this;
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices) => Indexing.Put(this, indices, Number(value, Impl.DType), false);

        public Tensor index_select(long dim, Tensor index)
        {
            var d = Shapes.Dim(dim, Impl.Rank);
            if (index.Impl.Rank > 1 || !index.Impl.DType.IsInteger())
                throw Errors.Libtorch($"index_select(): Index is supposed to be a vector of integers, not {Errors.Describe(index.Impl)}");
            if (Impl.Rank == 0)
                return clone();
            Selection.CheckNonNegative(index, Impl.Shape[d], "index_select");
            var indices = new Tensor?[Impl.Rank];
            indices[d] = index.Impl.Rank == 0 ? index.reshape(1) : index;
            return Indexing.Gather(this, indices);
        }

        public Tensor gather(long dim, Tensor index) => Selection.Gather(this, dim, index);

        public Tensor scatter(long dim, Tensor index, Tensor src) => Selection.Scatter(this, dim, index, src, add: false);

        public Tensor scatter_(long dim, Tensor index, Tensor src) => Autograd.Assign(this, scatter(dim, index, src));

        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Selection.Scatter(this, dim, index, src, add: true);

        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Autograd.Assign(this, scatter_add(dim, index, src));

        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha)
        {
            var d = Shapes.Dim(dim, Impl.Rank);
            return scatter_add(d, Selection.Along(index, source.Impl.Shape, d), alpha.AsDouble == 1 ? source : source * alpha);
        }

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) => Autograd.Assign(this, index_add(dim, index, source, alpha));

        public Tensor index_copy(long dim, Tensor index, Tensor source)
        {
            var d = Shapes.Dim(dim, Impl.Rank);
            return scatter(d, Selection.Along(index, source.Impl.Shape, d), source);
        }

        public Tensor index_copy_(long dim, Tensor index, Tensor source) => Autograd.Assign(this, index_copy(dim, index, source));

        public Tensor index_fill(long dim, Tensor index, Scalar value)
        {
            var d = Shapes.Dim(dim, Impl.Rank);
            var shape = (long[])Impl.Shape.Clone();
            shape[d] = index.Impl.Count;
            return index_copy(d, index, torch.full(shape, value, Impl.DType));
        }

        public Tensor index_fill_(long dim, Tensor index, Scalar value) => Autograd.Assign(this, index_fill(dim, index, value));

        public Tensor take(Tensor index) => flatten().index_select(0, index.flatten().remainder(Impl.Count)).reshape(index.Impl.Shape);

        public Tensor take_along_dim(Tensor indices) => flatten().gather(0, indices.flatten());

        public Tensor take_along_dim(Tensor indices, long dim)
        {
            var d = Shapes.Dim(dim, Impl.Rank);
            var shape = (long[])Impl.Shape.Clone();
            var other = (long[])indices.Impl.Shape.Clone();
            shape[d] = other[d] = 1;
            var common = Shapes.Broadcast(shape, other);
            var mine = (long[])common.Clone();
            var theirs = (long[])common.Clone();
            mine[d] = Impl.Shape[d];
            theirs[d] = indices.Impl.Shape[d];
            return expand(mine).gather(d, indices.expand(theirs));
        }

        public Tensor take_along_dim(IEnumerable<long> indices) => take_along_dim(tensor(indices.ToArray()));

        public Tensor take_along_dim(IEnumerable<long> indices, long dim) => take_along_dim(tensor(indices.ToArray()), dim);

        public Tensor masked_fill(Tensor mask, Scalar value)
        {
            Selection.CheckMask(mask);
            using var c = Number(value, Impl.DType);
            return torch.where(mask, c, this);
        }

        public Tensor masked_fill_(Tensor mask, Scalar value) => Autograd.Assign(this, masked_fill(mask, value));

        public Tensor masked_select(Tensor mask)
        {
            Selection.CheckMask(mask);
            var shape = Shapes.Broadcast(Impl.Shape, mask.Impl.Shape);
            var x = expand(shape);
            if (shape.Length == 0)
                return x.reshape(1).masked_select(mask.reshape(1));
            return x.index(mask.expand(shape));
        }

        public Tensor nonzero() => Indexing.Nonzero(this);

        public Tensor argwhere() => nonzero();

        public IList<Tensor> nonzero_as_list()
        {
            var at = nonzero();
            return Impl.Rank == 0 ? [at.flatten()] : at.unbind(1);
        }

        private static TensorIndex Entry(Tensor? t) => t is null ? TensorIndex.Colon : TensorIndex.Tensor(t);
    }
}
