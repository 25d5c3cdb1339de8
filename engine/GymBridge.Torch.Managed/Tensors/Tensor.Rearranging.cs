namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor repeat(params long[] sizes)
        {
            var skip = sizes.Length - Impl.Rank;
            if (skip < 0)
                throw Errors.Libtorch($"Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor: {Errors.Shape(sizes)} for {Errors.Shape(Impl.Shape)}");
            // [s] becomes [1, s], expands to [r, s] and is flattened, in every dimension.
            var split = new long[2 * sizes.Length];
            var grown = new long[2 * sizes.Length];
            var final = new long[sizes.Length];
            for (var i = 0; i < sizes.Length; i++)
            {
                var size = i < skip ? 1 : Impl.Shape[i - skip];
                split[2 * i] = 1;
                split[(2 * i) + 1] = size;
                grown[2 * i] = sizes[i];
                grown[(2 * i) + 1] = size;
                final[i] = sizes[i] * size;
            }
            return reshape(split).expand(grown).clone().reshape(final);
        }

        public Tensor tile(long[] reps)
        {
            var missing = Impl.Rank - reps.Length;
            if (missing <= 0)
                return repeat(reps);
            var all = new long[Impl.Rank];
            Array.Fill(all, 1);
            reps.CopyTo(all, missing);
            return repeat(all);
        }

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null)
        {
            if (dim is not { } d)
                return flatten().repeat_interleave(repeats, 0, output_size);
            var at = Shapes.Dim(d, Impl.Rank);
            var shape = (long[])Impl.Shape.Clone();
            var grown = new long[shape.Length + 1];
            shape.AsSpan(0, at + 1).CopyTo(grown);
            grown[at + 1] = repeats;
            shape.AsSpan(at + 1).CopyTo(grown.AsSpan(at + 2));
            shape[at] *= repeats;
            return unsqueeze(at + 1).expand(grown).clone().reshape(shape);
        }

        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null)
        {
            if (dim is not { } d)
                return flatten().repeat_interleave(repeats, 0, output_size);
            var at = Shapes.Dim(d, Impl.Rank);
            var counts = repeats.to(ScalarType.Int64).data<long>().ToArray();
            var index = new List<long>();
            for (long i = 0; i < Impl.Shape[at]; i++)
            {
                for (long k = 0; k < counts[counts.Length == 1 ? 0 : i]; k++)
                    index.Add(i);
            }
            return index_select(at, tensor(index.ToArray()));
        }

        public Tensor flip(params long[] dims)
        {
            var result = this;
            foreach (var d in dims)
            {
                var at = Shapes.Dim(d, Impl.Rank);
                var n = Impl.Rank == 0 ? 1 : Impl.Shape[at];
                var back = new long[n];
                for (var i = 0; i < n; i++)
                    back[i] = n - 1 - i;
                result = result.index_select(at, tensor(back));
            }
            return ReferenceEquals(result, this) ? clone() : result;
        }

        public Tensor fliplr() => flip(1);

        public Tensor flipud() => flip(0);

        public Tensor roll(long shifts, long? dims = null) => dims is { } d ? Rolled(shifts, d) : flatten().Rolled(shifts, 0).reshape(Impl.Shape);

        public Tensor roll((long, long) shifts, (long, long) dims) => Rolled(shifts.Item1, dims.Item1).Rolled(shifts.Item2, dims.Item2);

        public Tensor roll((long, long, long) shifts, (long, long, long) dims) =>
            Rolled(shifts.Item1, dims.Item1).Rolled(shifts.Item2, dims.Item2).Rolled(shifts.Item3, dims.Item3);

        public Tensor roll(long[] shifts, long[] dims) => roll((ReadOnlySpan<long>)shifts, dims);

        public Tensor roll(long[] shifts) => roll((ReadOnlySpan<long>)shifts);

        public Tensor roll(ReadOnlySpan<long> shifts, ReadOnlySpan<long> dims = default)
        {
            if (dims.Length == 0 && shifts.Length == 1)
                return roll(shifts[0]);
            if (shifts.Length != dims.Length)
                throw Errors.Libtorch($"shifts and dimensions must align. shifts: {shifts.Length}, dims:{dims.Length}");
            var result = this;
            for (var i = 0; i < shifts.Length; i++)
                result = result.Rolled(shifts[i], dims[i]);
            return result;
        }

        public Tensor tril(long diagonal = 0) => Triangle(diagonal, lower: true);

        public Tensor triu(long diagonal = 0) => Triangle(diagonal, lower: false);

        public Tensor tril_(long diagonal = 0) => Autograd.Assign(this, tril(diagonal));

        public Tensor triu_(long diagonal = 0) => Autograd.Assign(this, triu(diagonal));

        public Tensor diag(long diagonal = 0) => Impl.Rank switch
        {
            1 => diag_embed(diagonal),
            2 => this.diagonal(diagonal).clone(),
            _ => throw Errors.Libtorch($"diag(): Supports 1D or 2D tensors. Got {Impl.Rank}D"),
        };

        public Tensor diag_embed(long offset = 0, long dim1 = -2, long dim2 = -1)
        {
            var rank = Impl.Rank + 1;
            var a = Shapes.Dim(dim1, rank);
            var b = Shapes.Dim(dim2, rank);
            var n = Impl.Shape[^1] + Math.Abs(offset);
            var shape = new List<long>(Impl.Shape[..^1]);
            shape.Insert(Math.Min(a, b), n);
            shape.Insert(Math.Max(a, b), n);
            return Scattered.Diagonal(this, [.. shape], offset, a, b);
        }

        public Tensor diagflat(long offset = 0) => flatten().diag_embed(offset);

        public Tensor trace() => Impl.Rank == 2 ? diagonal().sum() : throw Errors.Libtorch("trace: expected a matrix");

        public Tensor cumsum(long dim, ScalarType? type = null) => Scans.Sum(this, dim, type);

        public Tensor cumprod(long dim, ScalarType? type = null) => Scans.Product(this, dim, type);

        public (Tensor values, Tensor indexes) cummax(long dim) => Scans.Extreme(this, dim, largest: true);

        public (Tensor values, Tensor indexes) cummin(long dim) => Scans.Extreme(this, dim, largest: false);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false)
        {
            var index = Sorting.Argsort(this, dim, descending);
            return (Impl.Rank == 0 ? clone() : gather(dim, index), index);
        }

        public Tensor argsort(long dim = -1, bool descending = false) => Sorting.Argsort(this, dim, descending);

        public Tensor msort() => sort(0).Values;

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true)
        {
            var d = Shapes.Dim(dim, Impl.Rank);
            if (k < 0 || k > (Impl.Rank == 0 ? 1 : Impl.Shape[d]))
                throw Errors.Libtorch($"selected index k out of range: {k} of {Errors.Shape(Impl.Shape)} at dimension {d}");
            if (Impl.Rank == 0)
                return (clone(), torch.zeros(Shapes.Scalar, ScalarType.Int64));
            var index = Sorting.Argsort(this, d, largest).narrow(d, 0, k).contiguous();
            return (gather(d, index), index);
        }

        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false)
        {
            var d = Shapes.Dim(dim ?? -1, Impl.Rank);
            if (k < 1 || k > Impl.Shape[d])
                throw Errors.Libtorch($"kthvalue(): selected number k out of range for dimension {d}");
            var index = Sorting.Argsort(this, d, false).narrow(d, k - 1, 1).contiguous();
            return Picked(index, d, keepdim);
        }

        public static (Tensor values, Tensor indices) kthvalue(Tensor input, long k, long? dim, bool keepdim = false) => input.kthvalue(k, dim, keepdim);

        /// <summary>The lower of two middles; NaN if there is one.</summary>
        public Tensor median()
        {
            NotBool("median");
            if (Impl.Count == 0)
                return sum() * double.NaN;
            return flatten().Median(0, false).values;
        }

        internal (Tensor values, Tensor indices) Median(long dim, bool keepdim)
        {
            var d = Shapes.Dim(dim, Impl.Rank);
            var n = Impl.Shape[d];
            var order = Sorting.Argsort(this, d, false);
            var middle = order.narrow(d, (n - 1) / 2, 1).contiguous();
            if (Impl.DType.IsFloat())
            {
                var firstNaN = isnan().@int().argmax(d, keepdim: true);
                middle = torch.where(isnan().any(d, keepdim: true), firstNaN, middle);
            }
            return Picked(middle, d, keepdim);
        }

        private Tensor Rolled(long shift, long dim)
        {
            var d = Shapes.Dim(dim, Impl.Rank);
            var n = Impl.Rank == 0 ? 0 : Impl.Shape[d];
            if (n == 0)
                return clone();
            var s = ((shift % n) + n) % n;
            return s == 0 ? clone() : cat([narrow(d, n - s, s), narrow(d, 0, n - s)], d);
        }

        private Tensor Triangle(long diagonal, bool lower)
        {
            if (Impl.Rank < 2)
                throw Errors.Libtorch($"{(lower ? "tril" : "triu")}: input tensor must have at least 2 dimensions");
            var rows = arange(Impl.Shape[^2]).unsqueeze(1);
            var columns = arange(Impl.Shape[^1]).unsqueeze(0);
            var outside = lower ? (columns - rows).gt(diagonal) : (columns - rows).lt(diagonal);
            return masked_fill(outside, 0);
        }
    }
}
