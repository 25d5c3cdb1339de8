namespace GymBridge.Torch.Managed;

/// <summary>tanh: one fused pass where no graph of the gradient is wanted.</summary>
internal sealed class TanhNode : Node
{
    private Saved _y;

    public TanhNode(Tensor x, Tensor y)
    {
        SetInputs(x);
        _y = Saved.Output(y);
    }

    public TanhNode(Node x, Tensor y)
    {
        SetInput(x);
        _y = Saved.Output(y);
    }

    public override unsafe void Backward(Tensor grad)
    {
        var y = _y.Raw();
        var g = grad.Impl;
        if (!EngineThread.Current.GradDisabled || g.DType != ScalarType.Float32 || !g.Contiguous || !y.Contiguous)
        {
            var t = _y.Get(this);
            Give(0, grad * (1 - (t * t)));
            return;
        }
        var o = Over(g);
        FusedKernel.Backward<TanhGradient>(g.Ptr<float>(), y.Ptr<float>(), o.Ptr<float>(), o.Count);
        Give(0, new Tensor(o));
    }

    protected override void ReleaseSaved() => _y.Release();
}

internal sealed class ReluNode : Node
{
    private Saved _y;

    public ReluNode(Tensor x, Tensor y)
    {
        SetInputs(x);
        _y = Saved.Output(y);
    }

    public ReluNode(Node x, Tensor y)
    {
        SetInput(x);
        _y = Saved.Output(y);
    }

    public override unsafe void Backward(Tensor grad)
    {
        var y = _y.Raw();
        var g = grad.Impl;
        if (!EngineThread.Current.GradDisabled || g.DType != ScalarType.Float32 || !g.Contiguous || !y.Contiguous)
        {
            Give(0, grad.masked_fill(_y.Get(this).le(0), 0));
            return;
        }
        var o = Over(g);
        FusedKernel.Backward<ReluGradient>(g.Ptr<float>(), y.Ptr<float>(), o.Ptr<float>(), o.Count);
        Give(0, new Tensor(o));
    }

    protected override void ReleaseSaved() => _y.Release();
}

/// <summary>The value's gradient inside and at the bounds, the bounds' own outside.</summary>
internal sealed class ClampNode : Node
{
    private Saved _x;
    private Saved _lo;
    private Saved _hi;

    public ClampNode(Tensor x, Tensor? lo, Tensor? hi)
    {
        SetInputs([x, lo ?? NoGrad, hi ?? NoGrad]);
        _x = Saved.Input(x);
        _lo = lo is null ? default : Saved.Input(lo);
        _hi = hi is null ? default : Saved.Input(hi);
    }

    private static readonly Tensor NoGrad = Tensor.Unscoped(TensorImpl.Zeros(Shapes.Scalar, ScalarType.Float32));

    public override void Backward(Tensor grad)
    {
        var x = _x.Get(this);
        var lo = _lo.IsSet ? _lo.Get(this) : null;
        var hi = _hi.IsSet ? _hi.Get(this) : null;
        if (Wants(0))
        {
            var inside = lo is null ? x.le(hi!) : hi is null ? x.ge(lo) : x.ge(lo) & x.le(hi);
            Give(0, torch.where(inside, grad, grad.zeros_like()));
        }
        if (Wants(1))
        {
            var low = hi is null ? x.lt(lo!) : x.lt(lo!) & lo!.lt(hi);
            Give(1, torch.where(low, grad, grad.zeros_like()));
        }
        if (Wants(2))
        {
            var high = lo is null ? x.gt(hi!) : x.gt(hi!) | lo.ge(hi!);
            Give(2, torch.where(high, grad, grad.zeros_like()));
        }
    }

    public override void Preserve(TensorImpl impl) => _x.Preserve(impl);

    protected override void ReleaseSaved()
    {
        _x.Release();
        _lo.Release();
        _hi.Release();
    }
}
