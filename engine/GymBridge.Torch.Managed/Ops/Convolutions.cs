namespace GymBridge.Torch.Managed;

internal static unsafe class Convolutions
{
    public static Tensor Conv2d(Tensor x, Tensor w, Tensor? b, long[] stride, long[] padding, long[] dilation, long groups)
    {
        if (x.Impl.Rank == 3)
            return Conv2d(x.unsqueeze(0), w, b, stride, padding, dilation, groups).squeeze(0);
        if (x.Impl.Rank != 4 || w.Impl.Rank != 4)
            throw Errors.Libtorch($"Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: {Errors.Shape(x.Impl.Shape)}");
        if (x.Impl.DType != w.Impl.DType || !x.Impl.DType.IsFloat())
            throw Errors.Libtorch($"Input type ({x.Impl.DType.Name()}) and weight type ({w.Impl.DType.Name()}) should be the same floating point type");
        var xs = x.Impl.Shape;
        var ws = w.Impl.Shape;
        if (groups <= 0 || xs[1] != ws[1] * groups || ws[0] % groups != 0)
            throw Errors.Libtorch($"Given groups={groups}, weight of size {Errors.Shape(ws)}, expected input{Errors.Shape(xs)} to have {ws[1] * groups} channels, but got {xs[1]} channels instead");
        var oh = Out(xs[2], ws[2], stride[0], padding[0], dilation[0]);
        var ow = Out(xs[3], ws[3], stride[1], padding[1], dilation[1]);
        if (oh <= 0 || ow <= 0)
            throw Errors.Libtorch($"Calculated padded input size per channel: ({xs[2] + (2 * padding[0])} x {xs[3] + (2 * padding[1])}). Kernel size: ({ws[2]} x {ws[3]}). Kernel size can't be greater than actual input size");
        var shape = new ConvShape(
            xs[0], xs[1], xs[2], xs[3], ws[0], ws[2], ws[3], oh, ow, stride[0], stride[1], padding[0], padding[1], dilation[0], dilation[1], groups);
        if (b is not null && b.Impl.DType != x.Impl.DType)
            throw Errors.Libtorch($"Input type ({x.Impl.DType.Name()}) and bias type ({b.Impl.DType.Name()}) should be the same");
        if (b is not null && (b.Impl.Rank != 1 || b.Impl.Shape[0] != ws[0]))
            throw Errors.Libtorch($"Given weight of size {Errors.Shape(ws)}, expected bias to be 1-dimensional with {ws[0]} elements, but got bias of size {Errors.Shape(b.Impl.Shape)} instead");
        return Core(x, w, b, shape);
    }

    /// <summary>Its forward pass is the input gradient of the convolution that shares its weight.</summary>
    public static Tensor Transposed2d(Tensor x, Tensor w, Tensor? b, long[] stride, long[] padding, long[] outputPadding, long[] dilation, long groups)
    {
        if (x.Impl.Rank == 3)
            return Transposed2d(x.unsqueeze(0), w, b, stride, padding, outputPadding, dilation, groups).squeeze(0);
        if (x.Impl.Rank != 4 || w.Impl.Rank != 4)
            throw Errors.Libtorch($"Expected 3D (unbatched) or 4D (batched) input to conv_transpose2d, but got input of size: {Errors.Shape(x.Impl.Shape)}");
        if (x.Impl.DType != w.Impl.DType || !x.Impl.DType.IsFloat())
            throw Errors.Libtorch($"Input type ({x.Impl.DType.Name()}) and weight type ({w.Impl.DType.Name()}) should be the same floating point type");
        var xs = x.Impl.Shape;
        var ws = w.Impl.Shape;
        if (groups <= 0 || xs[1] != ws[0] || ws[0] % groups != 0)
            throw Errors.Libtorch($"Given transposed=True, weight of size {Errors.Shape(ws)}, expected input{Errors.Shape(xs)} to have {ws[0]} channels, but got {xs[1]} channels instead");
        for (var i = 0; i < 2; i++)
        {
            if (outputPadding[i] >= Math.Max(stride[i], dilation[i]))
                throw Errors.Libtorch($"output padding must be smaller than either stride or dilation, but got output_padding {outputPadding[i]}, stride {stride[i]}, dilation {dilation[i]}");
        }
        var h = ((xs[2] - 1) * stride[0]) - (2 * padding[0]) + (dilation[0] * (ws[2] - 1)) + outputPadding[0] + 1;
        var width = ((xs[3] - 1) * stride[1]) - (2 * padding[1]) + (dilation[1] * (ws[3] - 1)) + outputPadding[1] + 1;
        if (h <= 0 || width <= 0)
            throw Errors.Libtorch($"Given input size per channel: ({xs[2]} x {xs[3]}). Calculated output size per channel: ({h} x {width}). Output size is too small");
        var shape = new ConvShape(
            xs[0], ws[1] * groups, h, width, ws[0], ws[2], ws[3], xs[2], xs[3], stride[0], stride[1], padding[0], padding[1], dilation[0], dilation[1], groups);
        var result = BackwardInput(x, w, shape);
        return b is null ? result : result + b.reshape(1, -1, 1, 1);
    }

    private static long Out(long size, long kernel, long stride, long padding, long dilation) =>
        ((size + (2 * padding) - (dilation * (kernel - 1)) - 1) / stride) + 1;

    private static Tensor Core(Tensor x, Tensor w, Tensor? b, ConvShape s)
    {
        var xi = CopyKernel.Contiguous(x.Impl);
        var wi = CopyKernel.Contiguous(w.Impl);
        var bi = b is null ? null : CopyKernel.Contiguous(b.Impl);
        var o = TensorImpl.Empty([s.N, s.O, s.OH, s.OW], xi.DType);
        if (o.DType == ScalarType.Float32)
            ConvKernel.Forward(xi.Ptr<float>(), wi.Ptr<float>(), bi is null ? null : bi.Ptr<float>(), o.Ptr<float>(), s);
        else
            ConvKernel.Forward(xi.Ptr<double>(), wi.Ptr<double>(), bi is null ? null : bi.Ptr<double>(), o.Ptr<double>(), s);
        xi.Release();
        wi.Release();
        bi?.Release();
        var y = new Tensor(o);
        if (!Autograd.Records(x, w, b))
            return y;
        return Autograd.Attach(
            y,
            x,
            w,
            b,
            (n, g) =>
            {
                if (n.Wants(0))
                    n.Give(0, BackwardInput(g, n.S1, s));
                if (n.Wants(1))
                    n.Give(1, BackwardWeight(n.S0, g, s));
                if (n.Wants(2))
                    n.Give(2, g.sum(0, 2, 3));
            },
            Saved.Input(x),
            Saved.Input(w));
    }

    private static Tensor BackwardInput(Tensor g, Tensor w, ConvShape s)
    {
        var gi = CopyKernel.Contiguous(g.Impl);
        var wi = CopyKernel.Contiguous(w.Impl);
        var o = TensorImpl.Empty([s.N, s.C, s.H, s.W], gi.DType);
        if (o.DType == ScalarType.Float32)
            ConvKernel.BackwardInput(gi.Ptr<float>(), wi.Ptr<float>(), o.Ptr<float>(), s);
        else
            ConvKernel.BackwardInput(gi.Ptr<double>(), wi.Ptr<double>(), o.Ptr<double>(), s);
        gi.Release();
        wi.Release();
        var dx = new Tensor(o);
        if (!Autograd.Records(g, w))
            return dx;
        return Autograd.Attach(
            dx,
            g,
            w,
            (n, gg) =>
            {
                if (n.Wants(0))
                    n.Give(0, Core(gg, n.S1, null, s));
                if (n.Wants(1))
                    n.Give(1, BackwardWeight(gg, n.S0, s));
            },
            Saved.Input(g),
            Saved.Input(w));
    }

    private static Tensor BackwardWeight(Tensor x, Tensor g, ConvShape s)
    {
        var xi = CopyKernel.Contiguous(x.Impl);
        var gi = CopyKernel.Contiguous(g.Impl);
        var o = TensorImpl.Zeros([s.O, s.C / s.Groups, s.KH, s.KW], gi.DType);
        if (o.DType == ScalarType.Float32)
            ConvKernel.BackwardWeight(xi.Ptr<float>(), gi.Ptr<float>(), o.Ptr<float>(), s);
        else
            ConvKernel.BackwardWeight(xi.Ptr<double>(), gi.Ptr<double>(), o.Ptr<double>(), s);
        xi.Release();
        gi.Release();
        var dw = new Tensor(o);
        if (!Autograd.Records(x, g))
            return dw;
        return Autograd.Attach(
            dw,
            x,
            g,
            (n, gg) =>
            {
                if (n.Wants(0))
                    n.Give(0, BackwardInput(n.S1, gg, s));
                if (n.Wants(1))
                    n.Give(1, Core(n.S0, gg, null, s));
            },
            Saved.Input(x),
            Saved.Input(g));
    }
}
