using System.Runtime.Intrinsics;

namespace GymBridge.Torch.Managed;

/// <summary>Elementwise operations with broadcasting and promotion, forward and backward side by side.</summary>
internal static class Elementwise
{
    public static Tensor Add(Tensor a, Tensor b)
    {
        var result = Run<AddOp>(a.Impl, b.Impl, DTypes.Result(a.Impl, b.Impl));
        if (Autograd.Records(a, b))
        {
            Autograd.Attach(result, a, b, static (n, g) =>
            {
                n.Give(0, g);
                n.Give(1, g);
            });
        }
        return result;
    }

    public static Tensor Add(Tensor a, Scalar s)
    {
        var result = Run<AddOp>(a.Impl, s, DTypes.Result(a.Impl, s));
        return Autograd.Records(a) ? Autograd.Attach(result, a, static (n, g) => n.Give(0, g)) : result;
    }

    public static Tensor Sub(Tensor a, Tensor b)
    {
        if (a.Impl.DType == ScalarType.Bool && b.Impl.DType == ScalarType.Bool)
            throw Errors.Libtorch("Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.");
        RefuseBoolSubtraction(a.Impl.DType, b.Impl.DType);
        var result = Run<SubOp>(a.Impl, b.Impl, DTypes.Result(a.Impl, b.Impl));
        if (Autograd.Records(a, b))
        {
            Autograd.Attach(result, a, b, static (n, g) =>
            {
                n.Give(0, g);
                if (n.Wants(1))
                    n.Give(1, g.neg());
            });
        }
        return result;
    }

    public static Tensor Sub(Tensor a, Scalar s)
    {
        RefuseBoolSubtraction(a.Impl.DType, s.Category == 0 ? ScalarType.Bool : ScalarType.Int64);
        var result = Run<SubOp>(a.Impl, s, DTypes.Result(a.Impl, s));
        return Autograd.Records(a) ? Autograd.Attach(result, a, static (n, g) => n.Give(0, g)) : result;
    }

    /// <summary>s - a.</summary>
    public static Tensor Rsub(Scalar s, Tensor a)
    {
        RefuseBoolSubtraction(a.Impl.DType, s.Category == 0 ? ScalarType.Bool : ScalarType.Int64);
        var result = Run<SubOp>(s, a.Impl, DTypes.Result(a.Impl, s));
        return Autograd.Records(a) ? Autograd.Attach(result, a, static (n, g) => n.Give(0, g.neg())) : result;
    }

    public static Tensor Mul(Tensor a, Tensor b)
    {
        var dtype = DTypes.Result(a.Impl, b.Impl);
        var result = dtype == ScalarType.Bool ? Run<BitAndOp>(a.Impl, b.Impl, dtype) : Run<MulOp>(a.Impl, b.Impl, dtype);
        if (Autograd.Records(a, b))
        {
            Autograd.Attach(
                result,
                a,
                b,
                static (n, g) =>
                {
                    if (n.Wants(0))
                        n.Give(0, g * n.S1);
                    if (n.Wants(1))
                        n.Give(1, g * n.S0);
                },
                b.Impl.NeedsGrad ? Saved.Input(a) : default,
                a.Impl.NeedsGrad ? Saved.Input(b) : default);
        }
        return result;
    }

    public static Tensor Mul(Tensor a, Scalar s)
    {
        var dtype = DTypes.Result(a.Impl, s);
        var result = dtype == ScalarType.Bool ? Run<BitAndOp>(a.Impl, s, dtype) : Run<MulOp>(a.Impl, s, dtype);
        return Autograd.Records(a) ? Autograd.Attach(result, a, (n, g) => n.Give(0, g * s)) : result;
    }

    public static Tensor Div(Tensor a, Tensor b)
    {
        var result = Run<DivOp>(a.Impl, b.Impl, DTypes.Floating(DTypes.Result(a.Impl, b.Impl)));
        if (Autograd.Records(a, b))
        {
            Autograd.Attach(
                result,
                a,
                b,
                static (n, g) =>
                {
                    var d = n.S1;
                    if (n.Wants(0))
                        n.Give(0, g / d);
                    if (n.Wants(1))
                        n.Give(1, -g * (n.S0 / d / d));
                },
                b.Impl.NeedsGrad ? Saved.Input(a) : default,
                Saved.Input(b));
        }
        return result;
    }

    public static Tensor Div(Tensor a, Scalar s)
    {
        var result = Run<DivOp>(a.Impl, s, DTypes.Floating(DTypes.Result(a.Impl, s)));
        return Autograd.Records(a) ? Autograd.Attach(result, a, (n, g) => n.Give(0, g / s)) : result;
    }

    /// <summary>s / a.</summary>
    public static Tensor Rdiv(Scalar s, Tensor a)
    {
        var result = Run<DivOp>(s, a.Impl, DTypes.Floating(DTypes.Result(a.Impl, s)));
        return Autograd.Records(a) ? Autograd.Attach(result, a, (n, g) => n.Give(0, -g * (Rdiv(s, n.S0) / n.S0)), Saved.Input(a)) : result;
    }

    /// <summary>Operations whose gradient is the elementwise product with something of the operands.</summary>
    public static Tensor Binary<TOp>(Tensor a, Tensor b, ScalarType dtype, Func<Tensor, Tensor, Tensor>? da, Func<Tensor, Tensor, Tensor>? db)
        where TOp : struct, IBinaryOp
    {
        var result = Run<TOp>(a.Impl, b.Impl, dtype);
        if (!Autograd.Records(a, b))
            return result;
        return Autograd.Attach(
            result,
            a,
            b,
            (n, g) =>
            {
                if (n.Wants(0))
                    n.Give(0, da is null ? g.zeros_like() : g * da(n.S0, n.S1));
                if (n.Wants(1))
                    n.Give(1, db is null ? g.zeros_like() : g * db(n.S0, n.S1));
            },
            Saved.Input(a),
            Saved.Input(b));
    }

    public static Tensor Compare<TOp>(Tensor a, Tensor b)
        where TOp : struct, ICompareOp
    {
        var dtype = DTypes.Result(a.Impl, b.Impl);
        var x = CopyKernel.AsType(a.Impl, dtype);
        var y = CopyKernel.AsType(b.Impl, dtype);
        var o = TensorImpl.Empty(Shapes.Broadcast(x.Shape, y.Shape), ScalarType.Bool);
        BinaryKernel.Compare<TOp>(x, y, o);
        x.Release();
        y.Release();
        return new Tensor(o);
    }

    public static Tensor Compare<TOp>(Tensor a, Scalar s)
        where TOp : struct, ICompareOp
    {
        var dtype = DTypes.Result(a.Impl, s);
        var x = CopyKernel.AsType(a.Impl, dtype);
        var y = Constant(s, dtype);
        var o = TensorImpl.Empty(x.Shape, ScalarType.Bool);
        BinaryKernel.Compare<TOp>(x, y, o);
        x.Release();
        y.Release();
        return new Tensor(o);
    }

    /// <summary>A tensor of one number, without a handle.</summary>
    public static TensorImpl Constant(Scalar s, ScalarType dtype)
    {
        var t = TensorImpl.Empty(Shapes.Scalar, dtype);
        Element.Write(t, 0, s);
        return t;
    }

    public static Tensor Run<TOp>(TensorImpl a, TensorImpl b, ScalarType dtype)
        where TOp : struct, IBinaryOp
    {
        if (a.DType == dtype && b.DType == dtype)
        {
            var o = Shapes.Same(a.Shape, b.Shape) ? TensorImpl.EmptyLike(a, dtype) : TensorImpl.Empty(Shapes.Broadcast(a.Shape, b.Shape), dtype);
            BinaryKernel.Run<TOp>(a, b, o);
            if (dtype == ScalarType.Bool)
                Normalize(o);
            return new Tensor(o);
        }
        var x = CopyKernel.AsType(a, dtype);
        var y = CopyKernel.AsType(b, dtype);
        var result = Run<TOp>(x, y, dtype);
        x.Release();
        y.Release();
        return result;
    }

    public static Tensor Run<TOp>(TensorImpl a, Scalar s, ScalarType dtype)
        where TOp : struct, IBinaryOp
    {
        var c = Constant(s, dtype);
        var result = Run<TOp>(a, c, dtype);
        c.Release();
        return result;
    }

    public static Tensor Run<TOp>(Scalar s, TensorImpl a, ScalarType dtype)
        where TOp : struct, IBinaryOp
    {
        var c = Constant(s, dtype);
        var result = Run<TOp>(c, a, dtype);
        c.Release();
        return result;
    }

    /// <summary>The operation written over its first operand, where no history is kept.</summary>
    public static bool TryInPlace<TOp>(Tensor a, Tensor b)
        where TOp : struct, IBinaryOp
    {
        var x = a.Impl;
        var y = b.Impl;
        if (!x.Contiguous || x.DType != y.DType || x.DType == ScalarType.Bool || Autograd.RecordsInPlace(a) || Autograd.Records(b) || y.Rank > x.Rank)
            return false;
        if (y.Count != 1 && !Shapes.Same(Shapes.Broadcast(x.Shape, y.Shape), x.Shape))
            return false;
        if (ReferenceEquals(x.Storage, y.Storage) && !ReferenceEquals(x, y))
            return false;
        BinaryKernel.Run<TOp>(x, y, x);
        x.Storage.Changed();
        return true;
    }

    public static bool TryInPlace<TOp>(Tensor a, Scalar s)
        where TOp : struct, IBinaryOp
    {
        var x = a.Impl;
        if (!x.Contiguous || x.DType == ScalarType.Bool || Autograd.RecordsInPlace(a) || DTypes.Result(x, s) != x.DType)
            return false;
        var c = Constant(s, x.DType);
        BinaryKernel.Run<TOp>(x, c, x);
        c.Release();
        x.Storage.Changed();
        return true;
    }

    /// <summary>Bool arithmetic runs on bytes; anything but zero is true.</summary>
    private static unsafe void Normalize(TensorImpl o)
    {
        var p = o.Data;
        long i = 0;
        for (; i <= o.Count - 16; i += 16)
            Vector128.Store(Vector128.Min(Vector128.Load(p + i), Vector128<byte>.One), p + i);
        for (; i < o.Count; i++)
            p[i] = p[i] != 0 ? (byte)1 : (byte)0;
    }

    private static void RefuseBoolSubtraction(ScalarType a, ScalarType b)
    {
        if (a == ScalarType.Bool || b == ScalarType.Bool)
            throw Errors.Libtorch("Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.");
    }
}
