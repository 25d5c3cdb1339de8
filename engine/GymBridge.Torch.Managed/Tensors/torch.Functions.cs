namespace TorchSharp;

public static partial class torch
{
    /// <summary>The dimension is an int here and a long on the instance method, as upstream.</summary>
    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

    public static Tensor gather(Tensor input, long dim, Tensor index, bool sparse_grad = false) =>
        sparse_grad ? throw Errors.NotSupported("torch.gather with sparse_grad") : input.gather(dim, index);

    public static Tensor einsum(string equation, params Tensor[] tensors) => Einsum.Run(equation, tensors);

    public static Tensor norm(Tensor input) => input.norm();

    public static Tensor movedim(Tensor input, long source, long destination) => input.movedim([source], [destination]);

    public static Tensor moveaxis(Tensor input, long source, long destination) => input.movedim([source], [destination]);

    public static Tensor moveaxis(Tensor input, (long, long) source, (long, long) destination) =>
        input.movedim([source.Item1, source.Item2], [destination.Item1, destination.Item2]);

    public static Tensor moveaxis(Tensor input, (long, long, long) source, (long, long, long) destination) =>
        input.movedim([source.Item1, source.Item2, source.Item3], [destination.Item1, destination.Item2, destination.Item3]);

    public static Tensor moveaxis(Tensor input, (long, long, long, long) source, (long, long, long, long) destination) =>
        input.movedim([source.Item1, source.Item2, source.Item3, source.Item4], [destination.Item1, destination.Item2, destination.Item3, destination.Item4]);

    public static Tensor divide_(Tensor left, Scalar right) => left.divide_(right);

    public static Tensor multiply_(Tensor left, Tensor right) => left.mul_(right);

    public static Tensor multiply_(Tensor left, Scalar right) => left.mul_(right);

    public static Tensor randint_like(Tensor input, long low, long high, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.randint_like(low, high, dtype, device, requires_grad);

    public static Tensor[] unbind(Tensor tensor, int dim = 0) => tensor.unbind(dim);

    public static Tensor chain_matmul(params Tensor[] matrices)
    {
        if (matrices.Length == 0)
            throw Errors.Libtorch("chain_matmul(): Expected one or more matrices");
        return matrices.Aggregate((a, b) => a.mm(b));
    }

    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij")
    {
        Tensor[] all = [.. tensors];
        if (indexing is not ("ij" or "xy"))
            throw new ArgumentException($"torch.meshgrid: indexing must be one of \"xy\" or \"ij\", but received: {indexing}", nameof(indexing));
        var swap = indexing == "xy" && all.Length >= 2;
        if (swap)
            (all[0], all[1]) = (all[1], all[0]);
        var shape = Array.ConvertAll(all, t => t.numel());
        var grids = new Tensor[all.Length];
        for (var i = 0; i < all.Length; i++)
        {
            var ones = new long[all.Length];
            Array.Fill(ones, 1);
            ones[i] = shape[i];
            grids[i] = all[i].reshape(ones).expand(shape);
        }
        if (!swap)
            return grids;
        (grids[0], grids[1]) = (grids[1], grids[0]);
        return Array.ConvertAll(grids, g => g.transpose(0, 1));
    }

    /// <summary>Where each value would have to stand in the sorted sequence, or in the sequence of its own leading indices.</summary>
    public static Tensor searchsorted(Tensor sorted_sequence, Tensor values, bool out_int32 = false, bool right = false, Tensor? sorter = null)
    {
        if (sorter is not null)
            throw Errors.NotSupported("torch.searchsorted with a sorter");
        var isShared = sorted_sequence.Impl.Rank == 1;
        if (
            sorted_sequence.Impl.Rank == 0
                || (!isShared && !sorted_sequence.Impl.Shape.AsSpan()[..^1].SequenceEqual(values.Impl.Shape.AsSpan()[..^Math.Min(1, values.Impl.Rank)])))
            throw Errors.Libtorch($"torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and input value tensor must match, but we got boundaries tensor {Errors.Shape(sorted_sequence.Impl.Shape)} and input value tensor {Errors.Shape(values.Impl.Shape)}");
        var edges = CopyKernel.Contiguous(sorted_sequence.Impl);
        var v = CopyKernel.Contiguous(values.Impl);
        var o = TensorImpl.Empty(v.Shape, out_int32 ? ScalarType.Int32 : ScalarType.Int64);
        var length = edges.Shape[^1];
        for (long i = 0; i < v.Count; i++)
        {
            var first = isShared ? 0 : i / v.Shape[^1] * length;
            Element.Write(o, i, Position(edges, first, length, Element.ReadDouble(v, i), right));
        }
        edges.Release();
        v.Release();
        return new Tensor(o);
    }

    public static Tensor searchsorted(Tensor sorted_sequence, Scalar values, bool out_int32, bool right, Tensor sorter) =>
        searchsorted(sorted_sequence, full([], values), out_int32, right, sorter);

    private static long Position(TensorImpl edges, long first, long length, double x, bool right)
    {
        long lo = 0;
        var hi = length;
        while (lo < hi)
        {
            var mid = (lo + hi) / 2;
            var e = Element.ReadDouble(edges, first + mid);
            if (right ? e <= x : e < x)
                lo = mid + 1;
            else
                hi = mid;
        }
        return lo;
    }

    public static Tensor bucketize(Tensor input, Tensor boundaries, bool outInt32 = false, bool right = false) =>
        searchsorted(boundaries, input, outInt32, right);

    public static Tensor bincount(Tensor input, Tensor? weights = null, long minlength = 0) => input.bincount(weights, minlength);

    public static (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(
        Tensor input, bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null) =>
        input.unique(sorted, return_inverse, return_counts, dim);

    public static Tensor tril_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) =>
        ones([row, col], dtype, device).tril(offset).nonzero().t().to(dtype);

    public static Tensor triu_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) =>
        ones([row, col], dtype, device).triu(offset).nonzero().t().to(dtype);

    public static Tensor nansum(Tensor input) => input.nansum();

    public static Tensor quantile(Tensor input, Tensor q, long dim = -1, bool keepdim = false) => input.quantile(q, dim, keepdim);

    public partial class Tensor
    {
        public Tensor bucketize(Tensor boundaries, bool outInt32 = false, bool right = false) => searchsorted(boundaries, this, outInt32, right);

        public Tensor flatten(IList<string?> dims, string out_dim) => throw Errors.NotSupported("Tensor.flatten of named dimensions");

        public Tensor unflatten(string dim, params (string, long)[] sizes) => throw Errors.NotSupported("Tensor.unflatten of a named dimension");

        public Tensor nansum() => masked_fill(isnan(), 0).sum();

        public Tensor bincount(Tensor? weights, long minlength = 0)
        {
            if (Impl.Rank != 1 || !Impl.DType.IsInteger())
                throw Errors.Libtorch($"bincount only supports 1-d non-negative integral inputs, not {Errors.Describe(Impl)}");
            var x = CopyKernel.Contiguous(Impl);
            long n = minlength;
            for (long i = 0; i < x.Count; i++)
            {
                var v = Element.ReadLong(x, i);
                if (v < 0)
                    throw Errors.Libtorch("bincount only supports 1-d non-negative integral inputs.");
                n = Math.Max(n, v + 1);
            }
            var w = weights is null ? null : CopyKernel.Contiguous(weights.Impl);
            var o = TensorImpl.Zeros([n], w is null ? ScalarType.Int64 : DTypes.Floating(w.DType));
            for (long i = 0; i < x.Count; i++)
            {
                var at = Element.ReadLong(x, i);
                if (w is null)
                    Element.Write(o, at, Element.ReadLong(o, at) + 1);
                else
                    Element.Write(o, at, Element.ReadDouble(o, at) + Element.ReadDouble(w, i));
            }
            x.Release();
            w?.Release();
            return new Tensor(o);
        }

        /// <summary>Always sorted: the order is free where it is not asked for.</summary>
        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(
            bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null)
        {
            if (dim is not null)
                throw Errors.NotSupported("Tensor.unique along a dimension");
            var flat = flatten();
            var order = Sorting.Argsort(flat, 0, false);
            var at = order.data<long>().ToArray();
            var x = CopyKernel.Contiguous(flat.Impl);
            var first = new List<long>();
            var counts = new List<long>();
            var inverse = new long[at.Length];
            for (var i = 0; i < at.Length; i++)
            {
                if (i == 0 || Element.ReadDouble(x, at[i]) != Element.ReadDouble(x, at[i - 1]))
                {
                    first.Add(at[i]);
                    counts.Add(0);
                }
                counts[^1]++;
                inverse[at[i]] = first.Count - 1;
            }
            x.Release();
            return (
                flat.detach().index_select(0, tensor(first.ToArray())),
                return_inverse ? tensor(inverse, Impl.Shape) : null,
                return_counts ? tensor(counts.ToArray()) : null);
        }

        /// <summary>Linear interpolation between the neighbours, as PyTorch's default.</summary>
        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false)
        {
            var d = Shapes.Dim(dim, Impl.Rank);
            var sortedValues = sort(d).Values;
            var n = Impl.Shape[d];
            Tensor At(double p)
            {
                var position = p * (n - 1);
                var low = (long)Math.Floor(position);
                var high = Math.Min(low + 1, n - 1);
                var a = sortedValues.narrow(d, low, 1);
                var value = a + ((sortedValues.narrow(d, high, 1) - a) * (position - low));
                return keepdim ? value : value.squeeze(d);
            }
            if (q.ndim == 0)
                return At(q.ToDouble());
            return stack(q.to(ScalarType.Float64).data<double>().ToArray().Select(At));
        }
    }
}
