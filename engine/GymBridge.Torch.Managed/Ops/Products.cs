namespace GymBridge.Torch.Managed;

/// <summary>Matrix products, forward and backward.</summary>
internal static unsafe class Products
{
    /// <summary>[m, k] times [k, n], with any strides.</summary>
    public static Tensor MatrixMatrix(Tensor a, Tensor b)
    {
        var x = a.Impl;
        var y = b.Impl;
        if (x.Rank != 2 || y.Rank != 2 || x.Shape[1] != y.Shape[0])
            throw Errors.Libtorch($"mat1 and mat2 shapes cannot be multiplied ({Errors.Shape(x.Shape)} and {Errors.Shape(y.Shape)})");
        SameType(x, y);
        var o = TensorImpl.Empty([x.Shape[0], y.Shape[1]], x.DType);
        Multiply(x, x.Offset, y, y.Offset, o, 0, x.Shape[0], y.Shape[1], x.Shape[1], x.Strides[0], x.Strides[1], y.Strides[0], y.Strides[1]);
        var result = new Tensor(o);
        if (!Autograd.Records(a, b))
            return result;
        return Autograd.Attach(
            result,
            a,
            b,
            static (n, g) =>
            {
                if (n.Wants(0))
                    n.Give(0, g.mm(n.S1.t()));
                if (n.Wants(1))
                    n.Give(1, n.S0.t().mm(g));
            },
            b.Impl.NeedsGrad ? Saved.Input(a) : default,
            a.Impl.NeedsGrad ? Saved.Input(b) : default);
    }

    /// <summary>[b, m, k] times [b, k, n].</summary>
    public static Tensor Batched(Tensor a, Tensor b)
    {
        var x = a.Impl;
        var y = b.Impl;
        if (x.Rank != 3 || y.Rank != 3 || x.Shape[0] != y.Shape[0] || x.Shape[2] != y.Shape[1])
            throw Errors.Libtorch($"batch1 and batch2 shapes cannot be multiplied ({Errors.Shape(x.Shape)} and {Errors.Shape(y.Shape)})");
        SameType(x, y);
        long m = x.Shape[1];
        long n = y.Shape[2];
        var o = TensorImpl.Empty([x.Shape[0], m, n], x.DType);
        for (long i = 0; i < x.Shape[0]; i++)
            Multiply(
                x, x.Offset + (i * x.Strides[0]), y, y.Offset + (i * y.Strides[0]), o, i * m * n, m, n, x.Shape[2],
                x.Strides[1], x.Strides[2], y.Strides[1], y.Strides[2]);
        var result = new Tensor(o);
        if (!Autograd.Records(a, b))
            return result;
        return Autograd.Attach(
            result,
            a,
            b,
            static (node, g) =>
            {
                if (node.Wants(0))
                    node.Give(0, g.bmm(node.S1.transpose(1, 2)));
                if (node.Wants(1))
                    node.Give(1, node.S0.transpose(1, 2).bmm(g));
            },
            b.Impl.NeedsGrad ? Saved.Input(a) : default,
            a.Impl.NeedsGrad ? Saved.Input(b) : default);
    }

    /// <summary>NumPy's rules for one, two and more dimensions.</summary>
    public static Tensor MatMul(Tensor a, Tensor b)
    {
        var ra = a.Impl.Rank;
        var rb = b.Impl.Rank;
        if (ra == 0 || rb == 0)
            throw Errors.Libtorch($"both arguments to matmul need to be at least 1D, but they are {ra}D and {rb}D");
        if (ra == 2 && rb == 2)
            return MatrixMatrix(a, b);
        if (ra == 1 && rb == 1)
            return a.dot(b);
        if (ra == 1)
            return MatMul(a.unsqueeze(0), b).squeeze(-2);
        if (rb == 1)
            return MatMul(a, b.unsqueeze(1)).squeeze(-1);
        if (a.Impl.Shape[^1] != b.Impl.Shape[^2])
            throw Errors.Libtorch($"mat1 and mat2 shapes cannot be multiplied ({Errors.Shape(a.Impl.Shape)} and {Errors.Shape(b.Impl.Shape)})");
        if (rb == 2)
        {
            var rows = a.reshape(-1, a.Impl.Shape[^1]);
            return MatrixMatrix(rows, b).reshape([.. a.Impl.Shape.AsSpan(0, ra - 1), b.Impl.Shape[1]]);
        }
        var batch = Shapes.Broadcast(a.Impl.Shape[..^2], b.Impl.Shape[..^2]);
        var count = Shapes.Count(batch);
        var x = a.expand([.. batch, a.Impl.Shape[^2], a.Impl.Shape[^1]]).reshape(count, a.Impl.Shape[^2], a.Impl.Shape[^1]);
        var y = b.expand([.. batch, b.Impl.Shape[^2], b.Impl.Shape[^1]]).reshape(count, b.Impl.Shape[^2], b.Impl.Shape[^1]);
        return Batched(x, y).reshape([.. batch, a.Impl.Shape[^2], b.Impl.Shape[^1]]);
    }

    /// <summary>x w^T + b for any leading dimensions of x.</summary>
    public static Tensor Linear(Tensor x, Tensor w, Tensor? b)
    {
        var xi = x.Impl;
        var wi = w.Impl;
        if (wi.Rank != 2 || xi.Rank < 1 || xi.Shape[^1] != wi.Shape[1])
            throw Errors.Libtorch($"mat1 and mat2 shapes cannot be multiplied ({Errors.Shape(xi.Shape)} and {Errors.Shape(wi.Shape)}, transposed)");
        SameType(xi, wi);
        if (b is not null)
            SameType(xi, b.Impl);
        // A bias of another shape is broadcast, as libtorch does.
        if (b is not null && (b.Impl.Rank != 1 || b.Impl.Shape[0] != wi.Shape[0]))
            return Linear(x, w, null) + b;
        if (xi.Rank != 2)
            return Linear(
                x.reshape(Shapes.Count(xi.Shape.AsSpan(0, xi.Rank - 1)), xi.Shape[^1]), w, b).reshape([.. xi.Shape.AsSpan(0, xi.Rank - 1), wi.Shape[0]]);
        var o = TensorImpl.Empty([xi.Shape[0], wi.Shape[0]], xi.DType);
        var bias = b is null ? null : CopyKernel.Contiguous(b.Impl);
        Multiply(xi, xi.Offset, wi, wi.Offset, o, 0, xi.Shape[0], wi.Shape[0], xi.Shape[1], xi.Strides[0], xi.Strides[1], wi.Strides[1], wi.Strides[0], bias);
        bias?.Release();
        var result = new Tensor(o);
        return Autograd.Records(x, w, b) ? Autograd.Attach(result, new LinearNode(x, w, b)) : result;
    }

    /// <summary>o[m, n] = a[m, k] b[k, n] (+ bias), from offsets and strides in elements.</summary>
    public static void Multiply(
        TensorImpl a, long aOffset, TensorImpl b, long bOffset, TensorImpl o, long oOffset, long m, long n, long k,
        long aRow, long aColumn, long bRow, long bColumn, TensorImpl? bias = null)
    {
        var size = a.DType.Size();
        var pa = a.Storage.Pointer + (aOffset * size);
        var pb = b.Storage.Pointer + (bOffset * size);
        var po = o.Data + (oOffset * size);
        var pc = bias is null ? null : bias.Data;
        switch (a.DType)
        {
            case ScalarType.Float32:
                Gemm.Run(m, n, k, (float*)pa, aRow, aColumn, (float*)pb, bRow, bColumn, (float*)po, n, (float*)pc);
                break;
            case ScalarType.Float64:
                Gemm.Run(m, n, k, (double*)pa, aRow, aColumn, (double*)pb, bRow, bColumn, (double*)po, n, (double*)pc);
                break;
            case ScalarType.Int64:
                Gemm.Run(m, n, k, (long*)pa, aRow, aColumn, (long*)pb, bRow, bColumn, (long*)po, n, (long*)pc);
                break;
            case ScalarType.Int32:
                Gemm.Run(m, n, k, (int*)pa, aRow, aColumn, (int*)pb, bRow, bColumn, (int*)po, n, (int*)pc);
                break;
            case ScalarType.Byte:
                Gemm.Run(m, n, k, pa, aRow, aColumn, pb, bRow, bColumn, po, n, pc);
                break;
            default:
                throw Errors.Libtorch("\"addmm_impl_cpu_\" not implemented for 'Bool'");
        }
    }

    private static void SameType(TensorImpl a, TensorImpl b)
    {
        if (a.DType != b.DType)
            throw Errors.Libtorch($"expected m1 and m2 to have the same dtype, but got: {a.DType.Name()} != {b.DType.Name()}");
    }
}

/// <summary>Backward of x w^T + b for a matrix x.</summary>
internal sealed class LinearNode : Node
{
    private Saved _x;
    private Saved _w;

    public LinearNode(Tensor x, Tensor w, Tensor? b)
    {
        SetInputs(x, w, b);
        _x = w.Impl.NeedsGrad ? Saved.Input(x) : default;
        _w = x.Impl.NeedsGrad ? Saved.Input(w) : default;
    }

    /// <summary>[rows, inputs]; as it was.</summary>
    public TensorImpl X => _x.Raw();

    /// <summary>[outputs, inputs]; as it was. There where the input has a gradient.</summary>
    public TensorImpl W => _w.Raw();

    /// <summary>Whether it can be a layer of a chain: float32 matrices, not too large, and the gradient of the weights is wanted.</summary>
    public bool IsDense =>
        Wants(1) && _x.IsSet && X is { DType: ScalarType.Float32, Contiguous: true } x && x.Shape[1] * Shape[1] <= DenseChain.MostWeights
        && (!Wants(0) || W is { DType: ScalarType.Float32, Contiguous: true });

    /// <summary>The layer before, with an activation between, if nobody else can see or want anything of what is between: it was made right
    /// before this one, nothing but this one holds it, and no gradient of it is kept.</summary>
    public LinearNode? Before() =>
        Input(0) is (TanhNode or ReluNode) and { References: 2, Retain: null } activation
        && _x.IsSet && X is { References: 1 } x && ReferenceEquals(x.GradFn, activation) && activation.Sequence == Sequence - 1
        && activation.Input(0) is LinearNode { References: 1, Retain: null } before && before.Sequence == Sequence - 2
            ? before
            : null;

    /// <summary>Hands on the gradients of its inputs, in the order in which <see cref="Backward"/> does.</summary>
    public void GiveAll(Engine engine, Tensor? x, Tensor weight, Tensor? bias)
    {
        var running = Running;
        Running = engine;
        Give(2, bias);
        Give(1, weight);
        Give(0, x);
        Running = running;
    }

    public override void Backward(Tensor grad)
    {
        var g = grad.Impl;
        if (!EngineThread.Current.GradDisabled)
        {
            if (Wants(0))
                Give(0, grad.mm(_w.Get(this)));
            if (Wants(1))
                Give(1, grad.t().mm(_x.Get(this)));
            if (Wants(2))
                Give(2, grad.sum(dim: 0));
            return;
        }
        if (Wants(2))
        {
            var o = TensorImpl.Empty([g.Shape[1]], g.DType);
            var input = CopyKernel.Contiguous(g);
            SumKernel.Run(input, 1, g.Shape[0], g.Shape[1], o, 1, divide: false);
            input.Release();
            Give(2, new Tensor(o));
        }
        if (Wants(1))
        {
            var x = _x.Raw();
            var o = TensorImpl.Empty([g.Shape[1], x.Shape[1]], g.DType);
            Products.Multiply(g, g.Offset, x, x.Offset, o, 0, g.Shape[1], x.Shape[1], g.Shape[0], g.Strides[1], g.Strides[0], x.Strides[0], x.Strides[1]);
            Give(1, new Tensor(o));
        }
        if (Wants(0))
        {
            var w = _w.Raw();
            var o = TensorImpl.Empty([g.Shape[0], w.Shape[1]], g.DType);
            Products.Multiply(g, g.Offset, w, w.Offset, o, 0, g.Shape[0], w.Shape[1], g.Shape[1], g.Strides[0], g.Strides[1], w.Strides[0], w.Strides[1]);
            Give(0, new Tensor(o));
        }
    }

    protected override void ReleaseSaved()
    {
        _x.Release();
        _w.Release();
    }
}
