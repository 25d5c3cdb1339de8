namespace GymBridge.Torch.Managed;

/// <summary>
/// A tensor as the engine sees it: a window on a storage, with its place in the autograd graph. <see cref="Tensor"/> is a handle to one;
/// several handles may share it, and saved values and gradients hold it too. At zero references the storage is let go.
/// </summary>
internal sealed unsafe class TensorImpl
{
    private int _references = 1;
    private Storage? _storage;
    private AccumulateGrad? _accumulate;
    private Node? _gradFn;
    private int _history;
    private int _baseHistory;

    public TensorImpl(Storage storage, long[] shape, long[] strides, long offset, ScalarType dtype)
    {
        _storage = storage;
        Shape = shape;
        Strides = strides;
        Offset = offset;
        DType = dtype;
        Count = Shapes.Count(shape);
        Contiguous = Shapes.IsContiguous(shape, strides);
    }

    private TensorImpl(Storage storage, long[] shape, long[] strides, ScalarType dtype, long count)
    {
        _storage = storage;
        Shape = shape;
        Strides = strides;
        DType = dtype;
        Count = count;
        Contiguous = true;
    }

    public long[] Shape { get; private set; }

    /// <summary>In elements.</summary>
    public long[] Strides { get; private set; }

    public long Offset { get; private set; }

    public ScalarType DType { get; private set; }

    public long Count { get; private set; }

    public bool Contiguous { get; private set; }

    public int Rank => Shape.Length;

    public Storage Storage => _storage ?? throw new InvalidOperationException("Tensor invalid -- its memory has been released.");

    public byte* Data => Storage.Pointer + (Offset * DType.Size());

    /// <summary>Set by the user on a leaf, by the engine on a result.</summary>
    public bool RequiresGrad { get; set; }

    /// <summary>The step that made this value; of a view, brought up to date with what has happened to its base.</summary>
    public Node? GradFn
    {
        get
        {
            if (Base is { } b && b._history != _baseHistory && !EngineThread.Current.GradDisabled)
                Follow(b);
            return _gradFn;
        }
    }

    public TensorImpl? Grad { get; private set; }

    public bool RetainsGrad { get; set; }

    /// <summary>The tensor whose memory this one is a window on: never itself a view.</summary>
    public TensorImpl? Base { get; private set; }

    public ViewOrigin Origin { get; set; }

    public bool NeedsGrad => RequiresGrad || GradFn is not null;

    public int References => Volatile.Read(ref _references);

    public static TensorImpl Empty(long[] shape, ScalarType dtype)
    {
        var count = Shapes.Count(shape);
        return new TensorImpl(Storage.Allocate(count * dtype.Size()), shape, Shapes.Contiguous(shape), dtype, count);
    }

    /// <summary>Uninitialised, contiguous, of the same shape; shares the shape arrays.</summary>
    public static TensorImpl EmptyLike(TensorImpl t, ScalarType dtype) =>
        new(Storage.Allocate(t.Count * dtype.Size()), t.Shape, t.Contiguous ? t.Strides : Shapes.Contiguous(t.Shape), dtype, t.Count);

    public static TensorImpl Zeros(long[] shape, ScalarType dtype)
    {
        var t = Empty(shape, dtype);
        t.Clear();
        return t;
    }

    public void Clear() => new Span<byte>(Data, (int)(Count * DType.Size())).Clear();

    public T* Ptr<T>()
        where T : unmanaged => (T*)Data;

    public TensorImpl AddReference()
    {
        Interlocked.Increment(ref _references);
        return this;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;
        var storage = _storage;
        _storage = null;
        storage?.Release();
        _gradFn?.Release();
        _gradFn = null;
        Grad?.Release();
        Grad = null;
        Base?.Release();
        Base = null;
    }

    /// <summary>Another window on the same memory, without history.</summary>
    public TensorImpl View(long[] shape, long[] strides, long offset)
    {
        Storage.AddReference();
        return new TensorImpl(Storage, shape, strides, offset, DType);
    }

    public TensorImpl Detached() => View(Shape, Strides, Offset);

    public void SetGradFn(Node? node)
    {
        node?.AddReference();
        _gradFn?.Release();
        _gradFn = node;
    }

    /// <summary>Makes this fresh window a view of another tensor's memory.</summary>
    public void SetBase(TensorImpl source)
    {
        Base = (source.Base ?? source).AddReference();
        _baseHistory = Base._history;
    }

    /// <summary>Gives a new history to a value that was changed in place; the views of it follow when they are next used.</summary>
    public void Rebase(Node node)
    {
        if (_gradFn is { } old && ReferenceEquals(old.Retain, this))
        {
            old.Retain = null;
            node.Retain = this;
        }
        SetGradFn(node);
        _history++;
    }

    public void SetGrad(TensorImpl? grad)
    {
        Grad?.Release();
        Grad = grad;
    }

    /// <summary>Where this tensor's gradient goes: null if nobody wants it.</summary>
    public Node? Edge() => GradFn ?? (RequiresGrad ? _accumulate ??= new AccumulateGrad(this) : null);

    private void Follow(TensorImpl b)
    {
        var edge = b.Edge();
        if (edge is not null)
            Views.CheckOrigin(this, "its base or another view of its base has been modified inplace");
        _baseHistory = b._history;
        SetGradFn(edge is null ? null : new WindowNode(edge, new Window(this, b)) { Shape = Shape, DType = DType });
    }

    /// <summary>Takes over the data and history of another, as `x.data = y` does.</summary>
    public void Adopt(TensorImpl other)
    {
        other.Storage.AddReference();
        _storage?.Release();
        _storage = other.Storage;
        Shape = other.Shape;
        Strides = other.Strides;
        Offset = other.Offset;
        DType = other.DType;
        Count = other.Count;
        Contiguous = other.Contiguous;
    }

    /// <summary>Changes the window in place (squeeze_, unsqueeze_, transpose_).</summary>
    public void Reshape(long[] shape, long[] strides)
    {
        Shape = shape;
        Strides = strides;
        Count = Shapes.Count(shape);
        Contiguous = Shapes.IsContiguous(shape, strides);
    }
}
