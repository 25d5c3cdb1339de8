namespace TorchSharp;

public static partial class torch
{
    public static Tensor diff(Tensor input, long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null) => input.diff(n, dim, prepend, append);

    public static Tensor trapezoid(Tensor y, double dx = 1, long dim = -1) => y.trapezoid(dx, dim);

    public static Tensor trapezoid(Tensor y, Tensor x, long dim = -1) => y.trapezoid(x, dim);

    public static Tensor trapz(Tensor y, double dx = 1, long dim = -1) => y.trapezoid(dx, dim);

    public static Tensor trapz(Tensor y, Tensor x, long dim = -1) => y.trapezoid(x, dim);

    public static Tensor cumulative_trapezoid(Tensor y, double dx = 1, long dim = -1) => y.cumulative_trapezoid(dx, dim);

    public static Tensor cumulative_trapezoid(Tensor y, Tensor x, long dim = -1) => y.cumulative_trapezoid(x, dim);

    public static Tensor logcumsumexp(Tensor input, long dim) => input.logcumsumexp(dim);

    public static Tensor cov(Tensor input, long correction = 1, Tensor? fweights = null, Tensor? aweights = null) => input.cov(correction, fweights, aweights);

    public static Tensor corrcoef(Tensor input) => input.corrcoef();

    public static (Tensor values, Tensor indices) mode(Tensor input, long dim = -1, bool keepdim = false) => input.mode(dim, keepdim);

    public static Tensor nanmean(Tensor input, int? dim = null, bool keepdim = false, ScalarType? dtype = null) => input.nanmean(dim, keepdim, dtype);

    public static Tensor nanmedian(Tensor input) => input.nanmedian();

    public static Tensor histc(Tensor input, long bins = 100, long min = 0, long max = 0) => input.histc(bins, min, max);

    public static (Tensor output, Tensor? inverse_indices, Tensor? counts) unique_consecutive(
        Tensor input, bool return_inverse = false, bool return_counts = false, int? dim = null) => input.unique_consecutive(return_inverse, return_counts, dim);

    public partial class Tensor
    {
        /// <summary>Differences of neighbours, n times over.</summary>
        public Tensor diff(long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null)
        {
            if (n < 0)
                throw Errors.Libtorch($"order must be non-negative but got {n}");
            var d = Shapes.Dim(dim, Impl.Rank);
            Tensor[] parts = [.. new[] { prepend, this, append }.OfType<Tensor>()];
            var x = parts.Length == 1 ? this : cat(parts, d);
            for (long i = 0; i < n && x.Impl.Shape[d] > 0; i++)
            {
                var (before, after) = Neighbours(x, d);
                x = x.Impl.DType == ScalarType.Bool ? after.logical_xor(before) : after - before;
            }
            return ReferenceEquals(x, this) ? alias() : x;
        }

        public Tensor trapezoid(double dx = 1, long dim = -1) => Trapezoids(dim).sum(dim: dim) * dx;

        public Tensor trapezoid(Tensor x, long dim = -1) => (Trapezoids(dim) * x.diff(1, x.Impl.Rank == 1 ? 0 : dim)).sum(dim: dim);

        public Tensor cumulative_trapezoid(double dx = 1, long dim = -1) => Trapezoids(dim).cumsum(dim) * dx;

        public Tensor cumulative_trapezoid(Tensor x, long dim = -1) => (Trapezoids(dim) * x.diff(1, x.Impl.Rank == 1 ? 0 : dim)).cumsum(dim);

        /// <summary>The logarithm of the running sum of exponentials, added one by one in a numerically stable way.</summary>
        public Tensor logcumsumexp(long dim)
        {
            var d = Shapes.Dim(dim, Impl.Rank);
            var n = Impl.Shape[d];
            if (n == 0)
                return clone();
            var parts = new Tensor[n];
            parts[0] = narrow(d, 0, 1);
            for (var i = 1; i < n; i++)
                parts[i] = parts[i - 1].logaddexp(narrow(d, i, 1));
            return cat(parts, d);
        }

        /// <summary>Covariance of variables in rows and observations in columns.</summary>
        public Tensor cov(long correction = 1, Tensor? fweights = null, Tensor? aweights = null)
        {
            if (Impl.Rank > 2)
                throw Errors.Libtorch($"cov(): expected input to have two or fewer dimensions but got {Errors.Describe(Impl)}");
            var x = Joining.AtLeast2(this);
            var weights = fweights is null ? aweights : aweights is null ? fweights.to(x.dtype) : fweights * aweights;
            var total = weights is null ? torch.full([], (Scalar)x.size(1), x.dtype) : weights.sum();
            var mean = weights is null ? x.mean([1], keepdim: true) : (x * weights).sum(1, keepdim: true) / total;
            var centred = x - mean;
            var freedom = correction == 0 ? total
                : aweights is null ? total - correction
                : total - (correction * (weights! * aweights).sum() / total);
            return centred.mm((weights is null ? centred : centred * weights).t()).div(freedom.clamp_min(0)).squeeze();
        }

        public Tensor corrcoef()
        {
            var c = cov();
            if (c.Impl.Rank == 0)
                return c / c;
            var deviation = c.diagonal().sqrt();
            return (c / deviation.unsqueeze(-1) / deviation.unsqueeze(0)).clamp((Scalar)(-1), (Scalar)1);
        }

        /// <summary>The value that occurs most often (the smallest of several), and where it occurs last.</summary>
        public (Tensor values, Tensor indices) mode(long dim = -1, bool keepdim = false)
        {
            var d = Shapes.Dim(dim, Impl.Rank);
            var rows = movedim([d], [-1]).contiguous();
            var order = rows.argsort(-1).data<long>().ToArray();
            var n = rows.Impl.Rank == 0 ? 1 : rows.Impl.Shape[^1];
            var best = new long[n == 0 ? 0 : rows.numel() / n];
            for (long row = 0; row < best.Length; row++)
                best[row] = MostFrequent(rows.Impl, order.AsSpan((int)(row * n), (int)n), row * n);
            var shape = rows.Impl.Rank == 0 ? Shapes.Scalar : [.. rows.Impl.Shape[..^1], 1];
            var indices = tensor(best, shape).movedim([-1], [d]);
            var values = gather(d, indices);
            return keepdim ? (values, indices) : (values.squeeze(d), indices.squeeze(d));
        }

        public Tensor nanmean(int? dim = null, bool keepdim = false, ScalarType? dtype = null)
        {
            long[] dims = dim is { } d ? [d] : [];
            var valid = isnan().logical_not();
            return torch.where(valid, this, zeros_like()).sum(dims, keepdim, dtype) / valid.sum(dims, keepdim);
        }

        /// <summary>The lower of the two middle values among those that are numbers.</summary>
        public Tensor nanmedian()
        {
            var numbers = masked_select(isnan().logical_not());
            return numbers.numel() == 0 ? torch.full([], (Scalar)double.NaN, Impl.DType) : numbers.median();
        }

        /// <summary>How many values lie in each of equal bins; min = max = 0 takes the smallest and largest value.</summary>
        public Tensor histc(long bins = 100, long min = 0, long max = 0)
        {
            if (bins <= 0)
                throw Errors.Libtorch($"torch.histc(): bins must be > 0, got {bins}");
            var (low, high) = min == max && numel() > 0 ? (this.min().ToDouble(), this.max().ToDouble()) : (min, max);
            if (low == high)
                (low, high) = (low - 1, high + 1);
            if (!(low < high) || double.IsInfinity(low) || double.IsInfinity(high))
                throw Errors.Libtorch($"torch.histc: max must be larger than min, both finite; got min={low} and max={high}");
            var counts = TensorImpl.Zeros([bins], Impl.DType);
            var x = CopyKernel.Contiguous(Impl);
            for (long i = 0; i < x.Count; i++)
            {
                var value = Element.ReadDouble(x, i);
                if (!(value >= low && value <= high))
                    continue;
                var bin = Math.Min(bins - 1, (long)((value - low) / (high - low) * bins));
                Element.Write(counts, bin, Element.ReadDouble(counts, bin) + 1);
            }
            x.Release();
            return new Tensor(counts);
        }

        /// <summary>Values without their repetitions in a row.</summary>
        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique_consecutive(
            bool return_inverse = false, bool return_counts = false, int? dim = null)
        {
            if (dim is not null && Impl.Rank != 1)
                throw Errors.NotSupported("Tensor.unique_consecutive along a dimension");
            var flat = CopyKernel.Contiguous(Impl);
            var first = new List<long>();
            var counts = new List<long>();
            var inverse = new long[flat.Count];
            for (long i = 0; i < flat.Count; i++)
            {
                if (i == 0 || Element.ReadDouble(flat, i) != Element.ReadDouble(flat, i - 1))
                {
                    first.Add(i);
                    counts.Add(0);
                }
                counts[^1]++;
                inverse[i] = first.Count - 1;
            }
            flat.Release();
            return (
                flatten().index_select(0, tensor(first.ToArray())),
                return_inverse ? tensor(inverse, Impl.Shape) : null,
                return_counts ? tensor(counts.ToArray()) : null);
        }

        private static (Tensor Before, Tensor After) Neighbours(Tensor x, long dim) =>
            (x.narrow(dim, 0, x.Impl.Shape[dim] - 1), x.narrow(dim, 1, x.Impl.Shape[dim] - 1));

        private static long MostFrequent(TensorImpl rows, ReadOnlySpan<long> order, long offset)
        {
            var (best, longest, run) = (0L, 0, 0);
            for (var i = 0; i < order.Length; i++)
            {
                run++;
                if (i + 1 < order.Length && Element.ReadDouble(rows, offset + order[i + 1]) == Element.ReadDouble(rows, offset + order[i]))
                    continue;
                if (run > longest)
                    (best, longest) = (order[i], run);
                run = 0;
            }
            return best;
        }

        private Tensor Trapezoids(long dim)
        {
            var (before, after) = Neighbours(this, Shapes.Dim(dim, Impl.Rank));
            return (before + after) / 2;
        }
    }
}
