namespace GymBridge.Torch.Managed;

/// <summary>How a view came to be, which decides whether it may change in place.</summary>
[Flags]
internal enum ViewOrigin
{
    Recorded = 0,
    NoGrad = 1,
    OneOfSeveral = 2,
}

/// <summary>What libtorch refuses to do in place.</summary>
internal static class Views
{
    public static void CheckOrigin(TensorImpl view, string what)
    {
        if (view.Origin == ViewOrigin.Recorded)
            return;
        var made = view.Origin.HasFlag(ViewOrigin.NoGrad) ? $"A view was created in no_grad mode and {what} with grad mode enabled." : $"Output 0 of a function that returns multiple views is a view and {what}.";
        throw Errors.Libtorch(made + (view.Origin.HasFlag(ViewOrigin.OneOfSeveral)
            ? " This view is the output of a function that returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one."
            : " Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace either both inside the no_grad block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked)."));
    }

    public static void CheckOverlap(TensorImpl target)
    {
        if (target.Contiguous)
            return;
        for (var d = 0; d < target.Rank; d++)
        {
            if (target.Strides[d] == 0 && target.Shape[d] > 1)
                throw Errors.Libtorch("unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.");
        }
    }
}

/// <summary>
/// Where a view lies in its base, and three linear operations on gradients that follow from it. Each is its own or another's transpose, so
/// gradients of gradients need nothing more.
/// </summary>
internal sealed class Window
{
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly long _offset;
    private readonly long[] _baseShape;
    private readonly long[] _baseStrides;
    private readonly long _extent;
    private readonly bool _overlaps;

    public Window(TensorImpl view, TensorImpl source)
    {
        _shape = view.Shape;
        _strides = view.Strides;
        _offset = view.Offset - source.Offset;
        _baseShape = source.Shape;
        _baseStrides = source.Strides;
        _extent = Extent(_baseShape, _baseStrides);
        _overlaps = Overlaps(_shape, _strides);
        if (Overlaps(_baseShape, _baseStrides) || (view.Count > 0 && (_offset < 0 || _offset + Extent(_shape, _strides) > _extent)))
            throw Errors.NotSupported("the gradient of a window that reaches outside its tensor, or of a tensor that overlaps itself");
    }

    /// <summary>From a gradient of the base that of the view.</summary>
    public Tensor Read(Tensor g)
    {
        var buffer = Spread(g.Impl);
        var window = buffer.View(_shape, _strides, _offset);
        var result = new Tensor(CopyKernel.Clone(window));
        window.Release();
        buffer.Release();
        return Autograd.Records(g) ? Autograd.Attach(result, g, (n, gg) => n.Give(0, Insert(gg))) : result;
    }

    /// <summary>From a gradient of the view that of the base: zero outside.</summary>
    public Tensor Insert(Tensor g)
    {
        var buffer = TensorImpl.Zeros([_extent], g.Impl.DType);
        var window = buffer.View(_shape, _strides, _offset);
        if (_overlaps)
            Add(g.Impl, window);
        else
            CopyKernel.Into(g.Impl, window);
        window.Release();
        var result = Gathered(buffer);
        return Autograd.Records(g) ? Autograd.Attach(result, g, (n, gg) => n.Give(0, Read(gg))) : result;
    }

    /// <summary>A gradient of the base without the view's part.</summary>
    public Tensor Erase(Tensor g)
    {
        var buffer = Spread(g.Impl);
        var window = buffer.View(_shape, _strides, _offset);
        var zero = TensorImpl.Zeros(Shapes.Scalar, g.Impl.DType);
        CopyKernel.Into(zero, window);
        zero.Release();
        window.Release();
        var result = Gathered(buffer);
        return Autograd.Records(g) ? Autograd.Attach(result, g, (n, gg) => n.Give(0, Erase(gg))) : result;
    }

    /// <summary>The memory that the base has, with the gradient in place of the values.</summary>
    private TensorImpl Spread(TensorImpl g)
    {
        var buffer = TensorImpl.Zeros([_extent], g.DType);
        var whole = buffer.View(_baseShape, _baseStrides, 0);
        CopyKernel.Into(g, whole);
        whole.Release();
        return buffer;
    }

    private Tensor Gathered(TensorImpl buffer)
    {
        var whole = buffer.View(_baseShape, _baseStrides, 0);
        var result = new Tensor(CopyKernel.Clone(whole));
        whole.Release();
        buffer.Release();
        return result;
    }

    private static void Add(TensorImpl g, TensorImpl window)
    {
        var at = new long[window.Rank];
        var values = CopyKernel.Contiguous(g);
        for (long i = 0; i < values.Count; i++)
        {
            long offset = 0;
            for (var d = 0; d < at.Length; d++)
                offset += at[d] * window.Strides[d];
            var one = window.View(Shapes.Scalar, Shapes.Scalar, window.Offset + offset);
            Element.Write(one, 0, Element.ReadDouble(one, 0) + Element.ReadDouble(values, i));
            one.Release();
            for (var d = at.Length - 1; d >= 0 && ++at[d] == window.Shape[d]; d--)
                at[d] = 0;
        }
        values.Release();
    }

    /// <summary>Elements from the first to behind the last.</summary>
    private static long Extent(long[] shape, long[] strides)
    {
        long last = 0;
        for (var d = 0; d < shape.Length; d++)
        {
            if (shape[d] == 0)
                return 0;
            last += (shape[d] - 1) * strides[d];
        }
        return last + 1;
    }

    /// <summary>False only if no two elements share memory: each stride steps over all that smaller strides reach.</summary>
    private static bool Overlaps(long[] shape, long[] strides)
    {
        long reach = 0;
        foreach (var d in Enumerable.Range(0, shape.Length).Where(d => shape[d] != 1).OrderBy(d => strides[d]))
        {
            if (shape[d] == 0)
                return false;
            if (strides[d] <= reach)
                return true;
            reach += (shape[d] - 1) * strides[d];
        }
        return false;
    }
}

/// <summary>A view read anew, after its base has changed in place.</summary>
internal sealed class WindowNode : Node
{
    private readonly Window _window;

    public WindowNode(Node source, Window window)
    {
        SetInput(source);
        _window = window;
    }

    public override void Backward(Tensor grad) => Give(0, _window.Insert(grad));

    protected override void ReleaseSaved()
    {
    }
}

/// <summary>A base of which a view has changed in place: outside it is the old base, inside the new value of the view.</summary>
internal sealed class WriteNode : Node
{
    private readonly Window _window;

    public WriteNode(TensorImpl source, Window window, Node value)
    {
        SetInputs(source.Edge(), value);
        _window = window;
        Shape = source.Shape;
        DType = source.DType;
    }

    public override void Backward(Tensor grad)
    {
        if (Wants(0))
            Give(0, _window.Erase(grad));
        if (Wants(1))
            Give(1, _window.Read(grad));
    }

    protected override void ReleaseSaved()
    {
    }
}
