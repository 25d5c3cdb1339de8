namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor T => Impl.Rank == 2 ? t() : permute(Reversed(Impl.Rank));

        public Tensor H => T;

        public Tensor mT =>
            Impl.Rank < 2 ? throw Errors.Libtorch("tensor.mT is only supported on matrices or batches of matrices. Got " + Impl.Rank + "-D tensor.") : transpose(-2, -1);

        public Tensor mH => mT;

        public Tensor view(params long[] shape)
        {
            var target = Shapes.Infer(shape, Impl.Count);
            var strides = Shapes.ViewStrides(Impl, target) ?? throw Errors.Libtorch(
                $"view size {Errors.Shape(target)} is not compatible with input tensor's size {Errors.Shape(Impl.Shape)} and stride {Errors.Shape(Impl.Strides)} (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.");
            return Reviewed(target == shape ? (long[])shape.Clone() : target, strides);
        }

        public Tensor view_as(Tensor other) => view(other.Impl.Shape);

        public Tensor reshape(params long[] shape)
        {
            var target = Shapes.Infer(shape, Impl.Count);
            if (Shapes.ViewStrides(Impl, target) is { } strides)
                return Reviewed(target == shape ? (long[])shape.Clone() : target, strides);
            return contiguous().view(target);
        }

        public Tensor flatten(long start_dim = 0, long end_dim = -1)
        {
            var rank = Impl.Rank;
            if (rank == 0)
                return reshape(1);
            var from = Shapes.Dim(start_dim, rank);
            var to = Shapes.Dim(end_dim, rank);
            if (from > to)
                throw Errors.Libtorch("flatten() has invalid args: start_dim cannot come after end_dim");
            var shape = new long[rank - (to - from)];
            long n = 1;
            for (var i = 0; i < rank; i++)
            {
                if (i < from)
                    shape[i] = Impl.Shape[i];
                else if (i <= to)
                    n *= Impl.Shape[i];
                else
                    shape[i - (to - from)] = Impl.Shape[i];
            }
            shape[from] = n;
            return reshape(shape);
        }

        public Tensor ravel() => flatten();

        public Tensor unflatten(long dim, params long[] sizes)
        {
            var d = Shapes.Dim(dim, Impl.Rank);
            return view([.. Impl.Shape.AsSpan(0, d), .. Shapes.Infer(sizes, Impl.Shape[d]), .. Impl.Shape.AsSpan(d + 1)]);
        }

        public Tensor unflatten(long dim, Size sizes) => unflatten(dim, sizes.Shape);

        public Tensor squeeze(long? dim = null)
        {
            if (dim is { } d)
            {
                var at = Shapes.Dim(d, Impl.Rank);
                return Impl.Rank == 0 || Impl.Shape[at] != 1
                    ? Reviewed(Impl.Shape, Impl.Strides)
                    : Reviewed(Without(Impl.Shape, at), Without(Impl.Strides, at));
            }
            var keep = Enumerable.Range(0, Impl.Rank).Where(i => Impl.Shape[i] != 1).ToArray();
            return Reviewed([.. keep.Select(i => Impl.Shape[i])], [.. keep.Select(i => Impl.Strides[i])]);
        }

        public Tensor unsqueeze(long dim)
        {
            var at = Shapes.Dim(dim, Impl.Rank + 1);
            long stride = at < Impl.Rank ? Impl.Shape[at] * Impl.Strides[at] : 1;
            return Reviewed(With(Impl.Shape, at, 1), With(Impl.Strides, at, stride));
        }

        public Tensor squeeze_(long? dim = null) => Rewindow(squeeze(dim));

        public Tensor unsqueeze_(long dim) => Rewindow(unsqueeze(dim));

        public Tensor transpose_(long dim0, long dim1) => Rewindow(transpose(dim0, dim1));

        public Tensor t() => Impl.Rank switch
        {
            < 2 => Reviewed(Impl.Shape, Impl.Strides),
            2 => transpose(0, 1),
            _ => throw Errors.Libtorch($"t() expects a tensor with <= 2 dimensions, but self is {Impl.Rank}D"),
        };

        public Tensor transpose(long dim0, long dim1)
        {
            var a = Shapes.Dim(dim0, Impl.Rank);
            var b = Shapes.Dim(dim1, Impl.Rank);
            var order = new long[Impl.Rank];
            for (var i = 0; i < order.Length; i++)
                order[i] = i == a ? b : i == b ? a : i;
            return permute(order);
        }

        public Tensor swapdims(long dim0, long dim1) => transpose(dim0, dim1);

        public Tensor swapaxes(long dim0, long dim1) => transpose(dim0, dim1);

        public Tensor adjoint() => mT;

        public Tensor permute(params long[] permutation)
        {
            var rank = Impl.Rank;
            if (permutation.Length != rank)
                throw Errors.Libtorch($"permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = {rank} is not equal to len(dims) = {permutation.Length}");
            var shape = new long[rank];
            var strides = new long[rank];
            var inverse = new long[rank];
            Array.Fill(inverse, -1);
            for (var i = 0; i < rank; i++)
            {
                var from = Shapes.Dim(permutation[i], rank);
                if (inverse[from] >= 0)
                    throw Errors.Libtorch("permute(): duplicate dims are not allowed.");
                shape[i] = Impl.Shape[from];
                strides[i] = Impl.Strides[from];
                inverse[from] = i;
            }
            return Window(shape, strides, Impl.Offset, (n, g) => n.Give(0, g.permute(inverse)));
        }

        public Tensor permute(IEnumerable<long> permutation) => permute([.. permutation]);

        public Tensor movedim(long[] source, long[] destination)
        {
            var rank = Impl.Rank;
            if (source.Length != destination.Length)
                throw Errors.Libtorch("movedim: Invalid source or destination dims: source and destination must have the same number of elements");
            var order = new long[rank];
            Array.Fill(order, -1);
            for (var i = 0; i < source.Length; i++)
                order[Shapes.Dim(destination[i], rank)] = Shapes.Dim(source[i], rank);
            var taken = order.ToHashSet();
            var next = 0;
            for (var i = 0; i < rank; i++)
            {
                if (order[i] >= 0)
                    continue;
                while (taken.Contains(next))
                    next++;
                order[i] = next++;
            }
            return permute(order);
        }

        public Tensor moveaxis(long[] source, long[] destination) => movedim(source, destination);

        public Tensor expand(params long[] sizes) => Expanded(sizes);

        public Tensor expand(long[] sizes, bool isImplicit = false) => Expanded(sizes);

        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => Expanded(sizes);

        public Tensor expand(Size sizes, bool isImplicit = false) => Expanded(sizes.Shape);

        public Tensor expand_as(Tensor other) => Expanded(other.Impl.Shape);

        public Tensor broadcast_to(params long[] shape) => Expanded(shape);

        public Tensor select(long dim, long index)
        {
            if (Impl.Rank == 0)
                throw Errors.Libtorch("select() cannot be applied to a 0-dim tensor.");
            var d = Shapes.Dim(dim, Impl.Rank);
            var size = Impl.Shape[d];
            if (index < -size || index >= size)
                throw Errors.Libtorch($"select(): index {index} out of range for tensor of size {Errors.Shape(Impl.Shape)} at dimension {d}");
            var at = index < 0 ? index + size : index;
            var shape = Impl.Shape;
            return Window(
                Without(shape, d), Without(Impl.Strides, d), Impl.Offset + (at * Impl.Strides[d]), (n, g) => n.Give(0, Scattered.Select(g, shape, d, at)));
        }

        public Tensor narrow(long dim, long start, long length)
        {
            if (Impl.Rank == 0)
                throw Errors.Libtorch("narrow() cannot be applied to a 0-dim tensor.");
            var d = Shapes.Dim(dim, Impl.Rank);
            var size = Impl.Shape[d];
            var from = start < 0 ? start + size : start;
            if (length < 0 || from < 0 || from + length > size)
                throw Errors.Libtorch($"start ({start}) + length ({length}) exceeds dimension size ({size}).");
            return slice(d, from, from + length, 1);
        }

        public Tensor slice(long dim, long start, long finish, long step)
        {
            if (Impl.Rank == 0)
                throw Errors.Libtorch("slice() cannot be applied to a 0-dim tensor.");
            if (step <= 0)
                throw Errors.Libtorch("slice step must be positive");
            var d = Shapes.Dim(dim, Impl.Rank);
            var size = Impl.Shape[d];
            var from = Math.Clamp(start < 0 ? start + size : start, 0, size);
            var to = Math.Clamp(finish < 0 ? finish + size : finish, from, size);
            var shape = (long[])Impl.Shape.Clone();
            var strides = (long[])Impl.Strides.Clone();
            shape[d] = (to - from + step - 1) / step;
            strides[d] *= step;
            var whole = Impl.Shape;
            return Window(shape, strides, Impl.Offset + (from * Impl.Strides[d]), (n, g) => n.Give(0, Scattered.Slice(g, whole, d, from, to, step)));
        }

        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1)
        {
            var a = Shapes.Dim(dim1, Impl.Rank);
            var b = Shapes.Dim(dim2, Impl.Rank);
            if (a == b)
                throw Errors.Libtorch($"diagonal dimensions cannot be identical {dim1}, {dim2}");
            var length = Math.Max(0, offset >= 0 ? Math.Min(Impl.Shape[a], Impl.Shape[b] - offset) : Math.Min(Impl.Shape[a] + offset, Impl.Shape[b]));
            var at = Impl.Offset + (offset >= 0 ? offset * Impl.Strides[b] : -offset * Impl.Strides[a]);
            var stride = Impl.Strides[a] + Impl.Strides[b];
            var keep = Enumerable.Range(0, Impl.Rank).Where(i => i != a && i != b).ToArray();
            var whole = Impl.Shape;
            return Window(
                [.. keep.Select(i => Impl.Shape[i]), length],
                [.. keep.Select(i => Impl.Strides[i]), stride],
                length == 0 ? Impl.Offset : at,
                (n, g) => n.Give(0, Scattered.Diagonal(g, whole, offset, a, b)));
        }

        public Tensor unfold(long dimension, long size, long step)
        {
            var d = Shapes.Dim(dimension, Impl.Rank);
            if (size > Impl.Shape[d] || step <= 0)
                throw Errors.Libtorch($"maximum size for tensor at dimension {d} is {Impl.Shape[d]} but size is {size}");
            var count = ((Impl.Shape[d] - size) / step) + 1;
            var shape = (long[])Impl.Shape.Clone();
            var strides = (long[])Impl.Strides.Clone();
            shape[d] = count;
            strides[d] *= step;
            var whole = Impl.Shape;
            return Window([.. shape, size], [.. strides, Impl.Strides[d]], Impl.Offset, (n, g) => n.Give(0, Scattered.Unfold(g, whole, d, size, step)));
        }

        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0)
        {
            long last = storageOffset;
            for (var i = 0; i < size.Length; i++)
                last += size[i] > 0 ? (size[i] - 1) * strides[i] : 0;
            if (storageOffset < 0 || strides.Any(s => s < 0) || (last + 1) * Impl.DType.Size() > Impl.Storage.Bytes)
                throw Errors.Libtorch($"setStorage: sizes {Errors.Shape(size)}, strides {Errors.Shape(strides)}, storage offset {storageOffset} are out of bounds for storage of size {Impl.Storage.Bytes}");
            var view = Window((long[])size.Clone(), (long[])strides.Clone(), storageOffset, static (_, _) => { });
            if (Autograd.Records(this))
                Autograd.Attach(view, new WindowNode(Impl.Edge()!, new Window(view.Impl, Impl)));
            return view;
        }

        public Tensor[] unbind(long dimension = 0)
        {
            var d = Shapes.Dim(dimension, Impl.Rank);
            var result = new Tensor[Impl.Shape[d]];
            for (var i = 0; i < result.Length; i++)
                result[i] = OneOfSeveral(select(d, i));
            return result;
        }

        public Tensor[] split(long size, int dim = 0)
        {
            if (size <= 0)
                throw Errors.Libtorch($"split expects split_size be positive, but got split_size={size}");
            var total = Impl.Shape[Shapes.Dim(dim, Impl.Rank)];
            var n = Math.Max(1, (total + size - 1) / size);
            var result = new Tensor[n];
            for (var i = 0; i < n; i++)
                result[i] = OneOfSeveral(narrow(dim, i * size, Math.Min(size, total - (i * size))));
            return result;
        }

        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0)
        {
            var total = Impl.Shape[Shapes.Dim(dim, Impl.Rank)];
            var result = new Tensor[sizes.Length];
            long at = 0;
            foreach (var s in sizes)
                at += s;
            if (at != total)
                throw Errors.Libtorch($"split_with_sizes expects split_sizes to sum exactly to {total} (input tensor's size at dimension {dim}), but got split_sizes={Errors.Shape(sizes)}");
            at = 0;
            for (var i = 0; i < result.Length; i++)
            {
                result[i] = OneOfSeveral(narrow(dim, at, sizes[i]));
                at += sizes[i];
            }
            return result;
        }

        public Tensor[] split(long[] sizes, long dim = 0) => split((ReadOnlySpan<long>)sizes, dim);

        public Tensor[] split(params long[] sizes) => split((ReadOnlySpan<long>)sizes, 0);

        public Tensor[] chunk(long chunks, long dim = 0)
        {
            if (chunks <= 0)
                throw Errors.Libtorch($"chunk expects `chunks` to be greater than 0, got: {chunks}");
            var d = Shapes.Dim(dim, Impl.Rank);
            return split(Math.Max(1, (Impl.Shape[d] + chunks - 1) / chunks), d);
        }

        public Tensor alias() => new(Impl.AddReference());

        public Tensor detach() => new(Impl.Detached());

        public Tensor detach_()
        {
            if (Impl.Base is not null && Autograd.Records(this))
                throw Errors.Libtorch("Can't detach views in-place. Use detach() instead.");
            Impl.SetGradFn(null);
            Impl.RequiresGrad = false;
            return this;
        }

        public Tensor contiguous()
        {
            if (Impl.Contiguous)
                return alias();
            return clone();
        }

        public Tensor clone()
        {
            var result = new Tensor(CopyKernel.Clone(Impl));
            return Autograd.Records(this) ? Autograd.Attach(result, this, static (n, g) => n.Give(0, g)) : result;
        }

        /// <summary>A window on the same memory, with its way back.</summary>
        internal Tensor Window(long[] shape, long[] strides, long offset, BackwardRule rule)
        {
            var view = Impl.View(shape, strides, offset);
            view.SetBase(Impl);
            view.Origin = Impl.Origin | (EngineThread.Current.GradDisabled ? ViewOrigin.NoGrad : ViewOrigin.Recorded);
            var result = new Tensor(view);
            return Autograd.Records(this) ? Autograd.Attach(result, this, rule) : result;
        }

        private static Tensor OneOfSeveral(Tensor view)
        {
            view.Impl.Origin |= ViewOrigin.OneOfSeveral;
            return view;
        }

        private Tensor Reviewed(long[] shape, long[] strides)
        {
            if (!Autograd.Records(this))
                return Window(shape, strides, Impl.Offset, static (_, _) => { });
            var old = Impl.Shape;
            return Window(shape, strides, Impl.Offset, (n, g) => n.Give(0, g.reshape(old)));
        }

        private Tensor Expanded(ReadOnlySpan<long> sizes)
        {
            var skip = sizes.Length - Impl.Rank;
            if (skip < 0)
                throw Errors.Libtorch($"expand: the number of sizes provided ({sizes.Length}) must be greater or equal to the number of dimensions in the tensor ({Impl.Rank})");
            var shape = sizes.ToArray();
            for (var i = 0; i < shape.Length; i++)
            {
                if (shape[i] == -1 && i >= skip)
                    shape[i] = Impl.Shape[i - skip];
            }
            var strides = Shapes.BroadcastStrides(Impl, shape);
            return Window(shape, strides, Impl.Offset, static (n, g) => n.Give(0, g));
        }

        private Tensor Rewindow(Tensor view)
        {
            Autograd.CheckInPlace(this);
            Steal(view);
            return this;
        }

        private static long[] Without(long[] values, int at) => [.. values.AsSpan(0, at), .. values.AsSpan(at + 1)];

        private static long[] With(long[] values, int at, long value) => [.. values.AsSpan(0, at), value, .. values.AsSpan(at)];

        private static long[] Reversed(int rank)
        {
            var order = new long[rank];
            for (var i = 0; i < rank; i++)
                order[i] = rank - 1 - i;
            return order;
        }
    }
}
