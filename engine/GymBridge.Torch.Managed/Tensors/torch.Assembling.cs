namespace TorchSharp;

public static partial class torch
{
    public static Tensor column_stack(IList<Tensor> tensors) => hstack([.. tensors.Select(t => t.Impl.Rank <= 1 ? t.reshape(-1, 1) : t)]);

    public static Tensor column_stack(params Tensor[] tensors) => column_stack((IList<Tensor>)tensors);

    public static Tensor column_stack(ReadOnlySpan<Tensor> tensors) => column_stack((IList<Tensor>)tensors.ToArray());

    public static Tensor dstack(IList<Tensor> tensors) => cat([.. tensors.Select(t => t.atleast_3d())], 2);

    public static Tensor dstack(params Tensor[] tensors) => dstack((IList<Tensor>)tensors);

    public static Tensor dstack(IEnumerable<Tensor> tensors) => dstack((IList<Tensor>)[.. tensors]);

    public static Tensor dstack(ReadOnlySpan<Tensor> tensors) => dstack((IList<Tensor>)tensors.ToArray());

    /// <summary>The matrices along the diagonal of a matrix of zeros.</summary>
    public static Tensor block_diag(params Tensor[] tensors)
    {
        var blocks = Array.ConvertAll(tensors, Joining.AtLeast2);
        var width = blocks.Sum(block => block.size(1));
        long before = 0;
        var rows = new Tensor[blocks.Length];
        for (var i = 0; i < blocks.Length; i++)
        {
            var after = width - before - blocks[i].size(1);
            rows[i] = nn.functional.pad(blocks[i], [before, after]);
            before += blocks[i].size(1);
        }
        return cat(rows, 0);
    }

    /// <summary>Every choice of one value from each vector, the last changing fastest.</summary>
    public static Tensor cartesian_prod(IList<Tensor> tensors) => tensors.Count == 1
        ? tensors[0].alias()
        : stack(meshgrid(tensors).Select(grid => grid.flatten()), -1);

    public static Tensor cartesian_prod(params Tensor[] tensors) => cartesian_prod((IList<Tensor>)tensors);

    public static Tensor cartesian_prod(ReadOnlySpan<Tensor> tensors) => cartesian_prod((IList<Tensor>)tensors.ToArray());

    /// <summary>Every choice of r values of a vector, in the order of their indices; shape (count, r).</summary>
    public static Tensor combinations(Tensor input, int r = 2, bool with_replacement = false)
    {
        if (input.Impl.Rank != 1)
            throw Errors.Libtorch($"Expect a 1D vector, but got shape {Errors.Shape(input.Impl.Shape)}");
        if (r < 0)
            throw Errors.Libtorch($"Expect a non-negative number, but got {r}");
        var n = input.Impl.Shape[0];
        var chosen = new List<long>();
        var index = new long[r];
        Choose(0, 0);
        return r == 0 ? empty([0], input.dtype) : input.index_select(0, tensor(chosen.ToArray())).view(-1, r);

        void Choose(int at, long from)
        {
            if (at == r)
            {
                chosen.AddRange(index);
                return;
            }
            for (var i = from; i < n; i++)
            {
                index[at] = i;
                Choose(at + 1, with_replacement ? i : i + 1);
            }
        }
    }

    public static Tensor kron(Tensor input, Tensor other) => input.kron(other);

    public static Tensor rot90(Tensor input, long k = 1, (long, long)? dims = null) => input.rot90(k, dims);

    public static Tensor vander(Tensor x, long N = -1, bool increasing = false) => x.vander(N, increasing);

    public static Tensor empty_strided(
        long[] size, long[] strides, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        if (size.Length != strides.Length)
            throw Errors.Libtorch($"mismatch in length of strides and shape: {Errors.Shape(strides)} and {Errors.Shape(size)}");
        long last = 0;
        for (var i = 0; i < size.Length; i++)
            last += (size[i] - 1) * strides[i];
        return empty([Math.Max(0, last + 1)], dtype, device).as_strided(size, strides).requires_grad_(requires_grad);
    }

    public partial class Tensor
    {
        public static Tensor block_diag(params Tensor[] tensors) => torch.block_diag(tensors);

        /// <summary>Each value of this tensor times the whole other one, as blocks.</summary>
        public Tensor kron(Tensor other)
        {
            var rank = Math.Max(Impl.Rank, other.Impl.Rank);
            var a = Padded(this, rank);
            var b = Padded(other, rank);
            var left = new long[2 * rank];
            var right = new long[2 * rank];
            var shape = new long[rank];
            for (var i = 0; i < rank; i++)
            {
                (left[2 * i], left[(2 * i) + 1]) = (a[i], 1);
                (right[2 * i], right[(2 * i) + 1]) = (1, b[i]);
                shape[i] = a[i] * b[i];
            }
            return (reshape(left) * other.reshape(right)).reshape(shape);

            static long[] Padded(Tensor t, int rank) => [.. Enumerable.Repeat(1L, rank - t.Impl.Rank), .. t.Impl.Shape];
        }

        /// <summary>Quarter turns from the first towards the second dimension.</summary>
        public Tensor rot90(long k = 1, (long, long)? dims = null)
        {
            var (first, second) = dims ?? (0, 1);
            if (Impl.Rank < 2 || Shapes.Dim(first, Impl.Rank) == Shapes.Dim(second, Impl.Rank))
                throw Errors.Libtorch($"expected two different dimensions to turn in, got ({first}, {second}) of {Errors.Describe(Impl)}");
            return (((k % 4) + 4) % 4) switch
            {
                1 => flip(second).transpose(first, second),
                2 => flip(first, second),
                3 => flip(first).transpose(first, second),
                _ => clone(),
            };
        }

        /// <summary>Powers of the values of a vector, one column each, the highest first unless increasing.</summary>
        public Tensor vander(long N = -1, bool increasing = false)
        {
            var columns = N == -1 ? numel() : N;
            var powers = arange(columns, dtype: Impl.DType);
            return unsqueeze(-1).pow(increasing ? powers : powers.flip(0));
        }

        /// <summary>A list of scalars, or of such lists; a single scalar for a tensor without dimensions.</summary>
        public object tolist()
        {
            if (Impl.Rank == 0)
                return this.ToScalar();
            var list = new System.Collections.ArrayList();
            for (long i = 0; i < Impl.Shape[0]; i++)
            {
                using var item = select(0, i);
                list.Add(item.tolist());
            }
            return list;
        }
    }
}
