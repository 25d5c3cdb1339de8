namespace GymBridge.Torch.Managed;

/// <summary>Elementwise functions of one tensor.</summary>
internal static class Unary
{
    /// <summary>The gradient from that of the result, the input x and the result y.</summary>
    public delegate Tensor Derivative(Tensor grad, Tensor x, Tensor y);

    public static Tensor Vector<TOp>(Tensor x, Derivative? derivative, bool savesInput, bool savesOutput, bool record = true)
        where TOp : struct, IVectorOp
    {
        var input = CopyKernel.Cast(x.Impl, DTypes.Floating(x.Impl.DType));
        var o = TensorImpl.EmptyLike(input, input.DType);
        UnaryKernel.Vector<TOp>(input, o);
        input.Release();
        var y = new Tensor(o);
        return record ? Record(y, x, derivative, savesInput, savesOutput) : y;
    }

    public static Tensor Scalar<TOp>(Tensor x, Derivative? derivative, bool savesInput = true, bool savesOutput = false)
        where TOp : struct, IScalarOp
    {
        var input = CopyKernel.Cast(x.Impl, DTypes.Floating(x.Impl.DType));
        var o = TensorImpl.EmptyLike(input, input.DType);
        UnaryKernel.Scalar<TOp>(input, o);
        input.Release();
        return Record(new Tensor(o), x, derivative, savesInput, savesOutput);
    }

    /// <summary>As <see cref="Vector{TOp}"/>, but integers keep their dtype and go through <paramref name="integer"/>.</summary>
    public static Tensor VectorOrInteger<TOp>(Tensor x, Func<long, long> integer, Derivative? derivative, bool savesInput, bool savesOutput)
        where TOp : struct, IVectorOp
    {
        if (x.Impl.DType.IsFloat())
            return Vector<TOp>(x, derivative, savesInput, savesOutput);
        var input = CopyKernel.Contiguous(x.Impl);
        var o = TensorImpl.EmptyLike(input, input.DType);
        for (long i = 0; i < o.Count; i++)
            Element.Write(o, i, integer(Element.ReadLong(input, i)));
        input.Release();
        return new Tensor(o);
    }

    public static Tensor Test(Tensor x, Func<double, bool> test)
    {
        var input = CopyKernel.Contiguous(x.Impl);
        var o = TensorImpl.EmptyLike(input, ScalarType.Bool);
        for (long i = 0; i < o.Count; i++)
            Element.Write(o, i, test(Element.ReadDouble(input, i)) ? 1L : 0L);
        input.Release();
        return new Tensor(o);
    }

    /// <summary>A function with parameters, computed in double.</summary>
    public static Tensor Map(Tensor x, Func<double, double> f, Derivative? derivative, bool savesInput = true, bool savesOutput = false)
    {
        var input = CopyKernel.Cast(x.Impl, DTypes.Floating(x.Impl.DType));
        var o = TensorImpl.EmptyLike(input, input.DType);
        for (long i = 0; i < o.Count; i++)
            Element.Write(o, i, f(Element.ReadDouble(input, i)));
        input.Release();
        return Record(new Tensor(o), x, derivative, savesInput, savesOutput);
    }

    public static Tensor Record(Tensor y, Tensor x, Derivative? derivative, bool savesInput, bool savesOutput)
    {
        if (!Autograd.Records(x))
            return y;
        var node = new UnaryNode(derivative, savesInput ? Saved.Input(x) : default, savesOutput ? Saved.Output(y) : default);
        node.SetInputs(x);
        return Autograd.Attach(y, node);
    }

    private sealed class UnaryNode(Derivative? derivative, Saved x, Saved y) : Node
    {
        private readonly bool _usesX = x.IsSet;
        private readonly bool _usesY = y.IsSet;
        private Saved _x = x;
        private Saved _y = y;

        public override void Backward(Tensor grad)
        {
            if (derivative is null)
            {
                Give(0, grad.zeros_like());
                return;
            }
            Give(0, derivative(grad, _usesX ? _x.Get(this) : null!, _usesY ? _y.Get(this) : null!));
        }

        public override void Preserve(TensorImpl impl) => _x.Preserve(impl);

        protected override void ReleaseSaved()
        {
            _x.Release();
            _y.Release();
        }
    }
}
