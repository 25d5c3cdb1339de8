namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Reductions.Sum(this, [], false, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Reductions.Sum(this, dim, keepdim, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => Reductions.Sum(this, dim, keepdim, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Reductions.Sum(this, [dim], keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => Reductions.Sum(this, [dim0, dim1], keepdim, type);

        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) =>
            Reductions.Sum(this, [dim0, dim1, dim2], keepdim, type);

        public Tensor mean() => Reductions.Mean(this, [], false, null);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Reductions.Mean(this, dimensions, keepdim, type);

        public Tensor prod(ScalarType? type = null) => flatten().Product(0, false, type);

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Product(dim, keepdim, type);

        public Tensor all() => Logical(null, false, true);

        public Tensor all(long dim, bool keepdim = false) => Logical(dim, keepdim, true);

        public Tensor any() => Logical(null, false, false);

        public Tensor any(long dim, bool keepdim = false) => Logical(dim, keepdim, false);

        public Tensor argmax() => ArgExtreme(null, false, true);

        public Tensor argmax(long dim, bool keepdim = false) => ArgExtreme(dim, keepdim, true);

        public Tensor argmin() => ArgExtreme(null, false, false);

        public Tensor argmin(long dim, bool keepdim = false) => ArgExtreme(dim, keepdim, false);

        public Tensor max() => Extreme(true);

        public Tensor min() => Extreme(false);

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false)
        {
            var index = ArgExtreme(dim, true, true);
            return Picked(index, dim, keepdim);
        }

        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false)
        {
            var index = ArgExtreme(dim, true, false);
            return Picked(index, dim, keepdim);
        }

        public Tensor amax(params long[] dims) => AMaxMin(dims, false, true);

        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => Out(AMaxMin(dims, keepdim, true), @out);

        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => Out(AMaxMin(dims, keepdim, true), @out);

        public Tensor amin(params long[] dims) => AMaxMin(dims, false, false);

        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => Out(AMaxMin(dims, keepdim, false), @out);

        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => Out(AMaxMin(dims, keepdim, false), @out);

        public (Tensor min, Tensor max) aminmax(long? dim = null, bool keepdim = false) =>
            dim is { } d ? (AMaxMin([d], keepdim, false), AMaxMin([d], keepdim, true)) : (AMaxMin([], keepdim, false), AMaxMin([], keepdim, true));

        public Tensor std(bool unbiased = true) => Spread([], unbiased, false, null, root: true);

        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread(dimensions, unbiased, keepdim, type, root: true);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread(dimensions, unbiased, keepdim, type, root: true);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Spread([dim], unbiased, keepdim, type, root: true);

        public Tensor std((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread([dim.Item1, dim.Item2], unbiased, keepdim, type, root: true);

        public Tensor std((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread([dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type, root: true);

        public Tensor var(bool unbiased = true) => Spread([], unbiased, false, null, root: false);

        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread(dimensions, unbiased, keepdim, type, root: false);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread(dimensions, unbiased, keepdim, type, root: false);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Spread([dim], unbiased, keepdim, type, root: false);

        public Tensor var((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread([dim.Item1, dim.Item2], unbiased, keepdim, type, root: false);

        public Tensor var((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Spread([dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type, root: false);

        public (Tensor std, Tensor mean) std_mean(bool unbiased = true) => (std(unbiased), mean());

        public (Tensor std, Tensor mean) std_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (std(dimensions, unbiased, keepdim, type), mean(dimensions, keepdim, type));

        public (Tensor std, Tensor mean) std_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std_mean(dimensions.ToArray(), unbiased, keepdim, type);

        public (Tensor std, Tensor mean) std_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std_mean([dim], unbiased, keepdim, type);

        public (Tensor std, Tensor mean) std_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std_mean([dim.Item1, dim.Item2], unbiased, keepdim, type);

        public (Tensor std, Tensor mean) std_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std_mean([dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type);

        public (Tensor var, Tensor mean) var_mean(bool unbiased = true) => (this.var(unbiased), mean());

        public (Tensor std, Tensor mean) var_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (this.var(dimensions, unbiased, keepdim, type), mean(dimensions, keepdim, type));

        public (Tensor std, Tensor mean) var_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var_mean(dimensions.ToArray(), unbiased, keepdim, type);

        public (Tensor std, Tensor mean) var_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var_mean([dim], unbiased, keepdim, type);

        public (Tensor std, Tensor mean) var_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var_mean([dim.Item1, dim.Item2], unbiased, keepdim, type);

        public (Tensor std, Tensor mean) var_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var_mean([dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type);

        public Tensor logsumexp(long dim, bool keepdim = false) => LogSumExp([dim], keepdim);

        public Tensor norm(float p = 2f) => Norm([], false, p);

        public Tensor norm(int dim, bool keepdim = false, float p = 2f) => Norm([dim], keepdim, p);

        public Tensor dist(Tensor other, float p = 2f) => (this - other).norm(p);

        public Tensor count_nonzero(long[]? dims = null) => ne(0).sum(dims ?? [], type: ScalarType.Int64);

        internal Tensor LogSumExp(ReadOnlySpan<long> dims, bool keepdim)
        {
            var mask = Reductions.Mask(dims, Impl.Rank);
            var input = CopyKernel.AsType(Impl, DTypes.Floating(Impl.DType));
            var y = new Tensor(Reductions.Reduce(input, mask, keepdim, input.DType, ReduceKernel.LogSumExp));
            input.Release();
            if (!Autograd.Records(this))
                return y;
            return Autograd.Attach(
                y,
                this,
                (n, g) => n.Give(0, Reductions.Unreduce(g, mask, keepdim) * (n.S0 - Reductions.Unreduce(n.S1, mask, keepdim)).exp()),
                Saved.Input(this),
                Saved.Output(y));
        }

        internal Tensor Norm(ReadOnlySpan<long> dims, bool keepdim, double p)
        {
            if (!Impl.DType.IsFloat())
                throw Errors.Libtorch($"norm(): input dtype should be either floating point or complex. Got {Impl.DType.Name()} instead.");
            var mask = Reductions.Mask(dims, Impl.Rank);
            var y = new Tensor(
                Reductions.Reduce(Impl, mask, keepdim, Impl.DType, (x, outer, count, inner, o) => ReduceKernel.Norm(x, outer, count, inner, o, p)));
            if (!Autograd.Records(this))
                return y;
            return Autograd.Attach(
                y,
                this,
                (n, g) =>
                {
                    var x = n.S0;
                    var norm = Reductions.Unreduce(n.S1, mask, keepdim);
                    var u = Reductions.Unreduce(g, mask, keepdim);
                    var zero = norm.eq(0);
                    Tensor d;
                    if (p == 2)
                    {
                        d = x * (u / norm);
                    }
                    else if (p == 1)
                    {
                        d = u * x.sign();
                        zero = x.eq(0);
                    }
                    else if (double.IsInfinity(p))
                    {
                        var hit = x.abs().eq(norm).type(x.dtype);
                        d = x.sign() * hit * (u / Reductions.Unreduce(Reductions.SumTo(hit, norm.Impl.Shape), mask, true));
                    }
                    else
                    {
                        d = x * x.abs().pow(p - 2) * (u / norm.pow(p - 1));
                    }
                    n.Give(0, d.masked_fill(zero, 0));
                },
                Saved.Input(this),
                Saved.Output(y));
        }

        internal Tensor Spread(ReadOnlySpan<long> dims, double correction, bool keepdim, bool root)
        {
            if (!Impl.DType.IsFloat())
                throw Errors.Libtorch($"{(root ? "std" : "var")}: only support floating point and complex dtypes, not {Impl.DType.Name()}");
            var mask = Reductions.Mask(dims, Impl.Rank);
            long count = 1;
            for (var i = 0; i < mask.Length; i++)
                count *= mask[i] ? Impl.Shape[i] : 1;
            var y = new Tensor(
                Reductions.Reduce(Impl, mask, keepdim, Impl.DType, (x, outer, n, inner, o) => ReduceKernel.Variance(x, outer, n, inner, o, correction, root)));
            if (!Autograd.Records(this))
                return y;
            var left = count - correction;
            return Autograd.Attach(
                y,
                this,
                (n, g) =>
                {
                    var x = n.S0;
                    var centred = x - Mean(x, mask);
                    var u = Reductions.Unreduce(g, mask, keepdim);
                    n.Give(
                        0,
                        root
                            ? (u / (Reductions.Unreduce(n.S1, mask, keepdim) * left)).masked_fill(Reductions.Unreduce(n.S1, mask, keepdim).eq(0), 0) * centred
                            : u * (2 / left) * centred);
                },
                Saved.Input(this),
                Saved.Output(y));
        }

        private static Tensor Mean(Tensor x, bool[] mask)
        {
            var dims = new List<long>();
            for (var i = 0; i < mask.Length; i++)
            {
                if (mask[i])
                    dims.Add(i);
            }
            return x.mean([.. dims], keepdim: true);
        }

        private static Tensor Out(Tensor result, Tensor? target) => target is null ? result : Autograd.Assign(target, result);

        private Tensor Spread(ReadOnlySpan<long> dims, bool unbiased, bool keepdim, ScalarType? type, bool root) =>
            (type is { } t ? to(t) : this).Spread(dims, unbiased ? 1.0 : 0.0, keepdim, root);

        private Tensor Product(long dim, bool keepdim, ScalarType? type)
        {
            var dtype = type ?? (Impl.DType.IsFloat() ? Impl.DType : ScalarType.Int64);
            var mask = Reductions.Mask([dim], Impl.Rank);
            var input = CopyKernel.AsType(Impl, dtype);
            var y = new Tensor(Reductions.Reduce(input, mask, keepdim, dtype, ReduceKernel.Prod));
            input.Release();
            if (!Autograd.Records(this))
                return y;
            // Products of the others from the left and from the right: right where factors are zero, too.
            return Autograd.Attach(
                y,
                this,
                (n, g) =>
                {
                    var x = n.S0;
                    if (x.Impl.Rank == 0)
                    {
                        n.Give(0, g);
                        return;
                    }
                    if (!x.eq(0).any().item<bool>())
                    {
                        n.Give(0, Reductions.Unreduce(g * n.S1, mask, keepdim) / x);
                        return;
                    }
                    var d = Shapes.Dim(dim, x.Impl.Rank);
                    var one = x.narrow(d, 0, Math.Min(1, x.Impl.Shape[d])).ones_like();
                    var length = x.Impl.Shape[d];
                    if (length == 0)
                    {
                        n.Give(0, x.zeros_like());
                        return;
                    }
                    var left = torch.cat([one, x.narrow(d, 0, length - 1)], d).cumprod(d);
                    var right = torch.cat([one, x.flip(d).narrow(d, 0, length - 1)], d).cumprod(d).flip(d);
                    n.Give(0, Reductions.Unreduce(g, mask, keepdim) * left * right);
                },
                Saved.Input(this),
                Saved.Output(y));
        }

        private Tensor Logical(long? dim, bool keepdim, bool all)
        {
            var mask = Reductions.Mask(dim is { } d ? [d] : [], Impl.Rank);
            return new Tensor(
                Reductions.Reduce(
                    Impl,
                    mask,
                    keepdim,
                    Impl.DType == ScalarType.Byte ? ScalarType.Byte : ScalarType.Bool,
                    (x, outer, count, inner, o) => ReduceKernel.Logical(x, outer, count, inner, o, all)));
        }

        private Tensor ArgExtreme(long? dim, bool keepdim, bool largest)
        {
            NotBool("argmax");
            var mask = Reductions.Mask(dim is { } d ? [d] : [], Impl.Rank);
            return new Tensor(
                Reductions.Reduce(
                    Impl, mask, keepdim, ScalarType.Int64, (x, outer, count, inner, o) => ReduceKernel.ArgExtreme(x, outer, count, inner, o, largest)));
        }

        private (Tensor values, Tensor indexes) Picked(Tensor index, long dim, bool keepdim)
        {
            if (Impl.Rank == 0)
                return (clone(), index);
            var values = gather(dim, index);
            return keepdim ? (values, index) : (values.squeeze(dim), index.squeeze(dim));
        }

        private Tensor Extreme(bool largest)
        {
            if (Impl.Count == 0)
                throw Errors.Libtorch($"{(largest ? "max" : "min")}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.");
            return AMaxMin([], false, largest, nanIsHit: true);
        }

        /// <summary>Extremes whose gradient is shared by all that are equal.</summary>
        private Tensor AMaxMin(ReadOnlySpan<long> dims, bool keepdim, bool largest, bool nanIsHit = false)
        {
            var mask = Reductions.Mask(dims, Impl.Rank);
            var y = new Tensor(Reductions.Reduce(Impl, mask, keepdim, Impl.DType, (x, outer, count, inner, o) =>
            {
                var index = TensorImpl.Empty([outer, inner], ScalarType.Int64);
                ReduceKernel.ArgExtreme(x, outer, count, inner, index, largest);
                for (long i = 0; i < outer; i++)
                {
                    for (long j = 0; j < inner; j++)
                    {
                        var at = (((i * count) + Element.ReadLong(index, (i * inner) + j)) * inner) + j;
                        if (x.DType.IsFloat())
                            Element.Write(o, (i * inner) + j, Element.ReadDouble(x, at));
                        else
                            Element.Write(o, (i * inner) + j, Element.ReadLong(x, at));
                    }
                }
                index.Release();
            }));
            if (!Autograd.Records(this))
                return y;
            return Autograd.Attach(
                y,
                this,
                (n, g) =>
                {
                    var best = Reductions.Unreduce(n.S1, mask, keepdim);
                    var x = n.S0;
                    var hit = (nanIsHit ? x.eq(best) | (x.isnan() & best.isnan()) : x.eq(best)).type(g.dtype);
                    n.Give(0, hit * (Reductions.Unreduce(g, mask, keepdim) / Reductions.SumTo(hit, best.Impl.Shape)));
                },
                Saved.Input(this),
                Saved.Output(y));
        }
    }
}
