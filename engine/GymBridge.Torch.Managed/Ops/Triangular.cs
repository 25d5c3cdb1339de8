namespace GymBridge.Torch.Managed;

/// <summary>Cholesky's decomposition and triangular systems, of matrices in the last two dimensions. Computed in double.</summary>
internal static class Triangular
{
    /// <summary>The lower triangular L with L L^T = A; of A only the lower triangle is read.</summary>
    public static Tensor Cholesky(Tensor a)
    {
        var n = Square(a, "linalg.cholesky");
        var result = new Tensor(Map(a, null, a.Impl.Shape, (x, _, o) => Decompose(x, o, n)));
        if (!Autograd.Records(a))
            return result;
        return Autograd.Attach(
            result,
            a,
            static (node, g) =>
            {
                // Murray 2016, "Differentiation of the Cholesky decomposition": L^-T phi(L^T g) L^-1, made symmetric; phi halves the diagonal.
                var l = node.S0;
                var p = l.mT.matmul(g.tril());
                p = p.tril() - ((p.diagonal(0, -2, -1) * 0.5).diag_embed());
                var left = Solve(l.mT, p, upper: true, unitriangular: false);
                var s = Solve(l.mT, left.mT, upper: true, unitriangular: false).mT;
                node.Give(0, (s + s.mT) * 0.5);
            },
            Saved.Output(result));
    }

    /// <summary>The X of A X = B for a triangular A; batch dimensions broadcast.</summary>
    public static Tensor Solve(Tensor a, Tensor b, bool upper, bool unitriangular)
    {
        var n = Square(a, "linalg.solve_triangular");
        if (b.ndim < 2 || b.Impl.Shape[^2] != n)
            throw Errors.Libtorch($"linalg.solve_triangular: Incompatible shapes of A and B for the equation AX = B ({Errors.Shape(a.Impl.Shape)} and {Errors.Shape(b.Impl.Shape)})");
        var batch = Shapes.Broadcast(a.Impl.Shape[..^2], b.Impl.Shape[..^2]);
        var columns = b.Impl.Shape[^1];
        return SolveSame(a.expand([.. batch, n, n]), b.expand([.. batch, n, columns]), upper, unitriangular);
    }

    private static Tensor SolveSame(Tensor a, Tensor b, bool upper, bool unit)
    {
        var n = (int)a.Impl.Shape[^1];
        var result = new Tensor(Map(a, b, b.Impl.Shape, (x, y, o) => Substitute(x, y!, o, n, upper, unit)));
        if (!Autograd.Records(a, b))
            return result;
        return Autograd.Attach(
            result,
            a,
            b,
            (node, g) =>
            {
                var gb = SolveSame(node.S0.mT, g, !upper, unit);
                node.Give(1, gb);
                if (!node.Wants(0))
                    return;
                var ga = -gb.matmul(node.S1.mT);
                node.Give(0, upper ? ga.triu(unit ? 1 : 0) : ga.tril(unit ? -1 : 0));
            },
            Saved.Input(a),
            Saved.Output(result));
    }

    private static void Decompose(double[] a, double[] l, int n)
    {
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = a[(i * n) + j];
                for (var k = 0; k < j; k++)
                    sum -= l[(i * n) + k] * l[(j * n) + k];
                if (i == j && !(sum > 0))
                    throw Errors.Libtorch($"linalg.cholesky: The factorization could not be completed because the input is not positive-definite (the leading minor of order {i + 1} is not positive-definite).");
                l[(i * n) + j] = i == j ? Math.Sqrt(sum) : sum / l[(j * n) + j];
            }
        }
    }

    private static void Substitute(double[] a, double[] b, double[] x, int n, bool upper, bool unit)
    {
        var columns = b.Length / n;
        for (var step = 0; step < n; step++)
        {
            var i = upper ? n - 1 - step : step;
            var from = upper ? i + 1 : 0;
            var to = upper ? n : i;
            for (var c = 0; c < columns; c++)
            {
                var sum = b[(i * columns) + c];
                for (var k = from; k < to; k++)
                    sum -= a[(i * n) + k] * x[(k * columns) + c];
                x[(i * columns) + c] = unit ? sum : sum / a[(i * n) + i];
            }
        }
    }

    private static int Square(Tensor a, string name) =>
        a.ndim >= 2 && a.Impl.Shape[^1] == a.Impl.Shape[^2] && a.Impl.DType.IsFloat()
            ? (int)a.Impl.Shape[^1]
            : throw Errors.Libtorch($"{name}: A must be batches of square matrices of a floating-point dtype, but it is {Errors.Describe(a.Impl)}");

    /// <summary>Runs <paramref name="work"/> over the matrices of one or two tensors of the same batch.</summary>
    private static TensorImpl Map(Tensor a, Tensor? b, long[] shape, Action<double[], double[]?, double[]> work)
    {
        var o = TensorImpl.Empty((long[])shape.Clone(), a.Impl.DType);
        var (x, y) = (CopyKernel.Contiguous(a.Impl), b is null ? null : CopyKernel.Contiguous(b.Impl));
        var left = new double[shape[^2] * shape[^2]];
        var right = y is null ? null : new double[shape[^2] * shape[^1]];
        for (long at = 0, source = 0; at < o.Count; at += shape[^2] * shape[^1], source += left.Length)
        {
            var result = new double[shape[^2] * shape[^1]];
            for (var i = 0; i < left.Length; i++)
                left[i] = Element.ReadDouble(x, source + i);
            for (var i = 0; i < right?.Length; i++)
                right[i] = Element.ReadDouble(y!, at + i);
            work(left, right, result);
            for (var i = 0; i < result.Length; i++)
                Element.Write(o, at + i, result[i]);
        }
        x.Release();
        y?.Release();
        return o;
    }
}
