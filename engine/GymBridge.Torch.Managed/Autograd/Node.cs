namespace GymBridge.Torch.Managed;

/// <summary>
/// A step back in the autograd graph: knows the gradient of its operation's inputs given that of its result. Held by the result and by
/// the nodes behind it; at zero references it lets go of what it saved.
/// </summary>
internal abstract class Node
{
    private static long _sequence;

    private Node? _input0;
    private Node? _input1;
    private Node? _input2;
    private Node?[]? _more;
    private int _references;

    protected Node()
        : this(Interlocked.Increment(ref _sequence))
    {
    }

    /// <summary>A node in a place of its own in the order.</summary>
    protected Node(long sequence) => Sequence = sequence;

    /// <summary>Nodes run latest first: everything that uses a result was made after it.</summary>
    public long Sequence { get; }

    /// <summary>The sum of the gradients that have arrived, while a backward pass runs.</summary>
    public Tensor? Pending { get; set; }

    /// <summary>What the result looked like, and its gradient must.</summary>
    public long[] Shape { get; set; } = Shapes.Scalar;

    public ScalarType DType { get; set; }

    /// <summary>The result itself, if the user asked to keep its gradient.</summary>
    public TensorImpl? Retain { get; set; }

    public Engine? Running { get; set; }

    public abstract void Backward(Tensor grad);

    protected abstract void ReleaseSaved();

    /// <summary>A value saved by this node is about to be overwritten by the operation itself: it keeps the old one.</summary>
    public virtual void Preserve(TensorImpl impl)
    {
    }

    /// <summary>Results and later nodes that hold this one.</summary>
    public int References => Volatile.Read(ref _references);

    public void AddReference() => Interlocked.Increment(ref _references);

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            ReleaseChain(this);
    }

    public void Free() => ReleaseSaved();

    public bool Wants(int input) => Input(input) is not null;

    public Node? Input(int i) => i switch { 0 => _input0, 1 => _input1, 2 => _input2, _ => _more![i - 3] };

    protected void SetInput(Node a)
    {
        a.AddReference();
        _input0 = a;
    }

    protected void SetInputs(Node? a, Node? b)
    {
        a?.AddReference();
        b?.AddReference();
        _input0 = a;
        _input1 = b;
    }

    public void SetInputs(Tensor a)
    {
        _input0 = Edge(a);
    }

    public void SetInputs(Tensor a, Tensor b)
    {
        _input0 = Edge(a);
        _input1 = Edge(b);
    }

    public void SetInputs(Tensor a, Tensor b, Tensor? c)
    {
        _input0 = Edge(a);
        _input1 = Edge(b);
        _input2 = c is null ? null : Edge(c);
    }

    public void SetInputs(IReadOnlyList<Tensor> inputs)
    {
        _input0 = inputs.Count > 0 ? Edge(inputs[0]) : null;
        _input1 = inputs.Count > 1 ? Edge(inputs[1]) : null;
        _input2 = inputs.Count > 2 ? Edge(inputs[2]) : null;
        if (inputs.Count <= 3)
            return;
        _more = new Node?[inputs.Count - 3];
        for (var i = 3; i < inputs.Count; i++)
            _more[i - 3] = Edge(inputs[i]);
    }

    /// <summary>Hands a gradient to an input; it is summed to the input's shape and cast to its dtype where broadcasting or promotion changed them.</summary>
    public void Give(int input, Tensor? grad)
    {
        var target = Input(input);
        if (target is not null && grad is not null)
            Deliver(target, grad, Running!);
    }

    public static void Deliver(Node target, Tensor grad, Engine engine)
    {
        if (grad.Impl.DType != target.DType)
            grad = grad.to(target.DType);
        if (!Shapes.Same(grad.Impl.Shape, target.Shape))
            grad = Reductions.SumTo(grad, target.Shape);
        target.Accept(grad, engine);
    }

    protected virtual void Accept(Tensor grad, Engine engine)
    {
        if (Pending is null)
        {
            Pending = Keep(grad);
            engine.Push(this);
            return;
        }
        var old = Pending;
        Pending = (old + grad).DetachFromDisposeScope();
        old.Dispose();
    }

    /// <summary>A handle of the engine's own. What already is somebody's gradient is copied: it may change later.</summary>
    protected static Tensor Keep(Tensor grad)
    {
        var impl = grad.Impl;
        return Tensor.Unscoped(impl.Storage.Gradient && !impl.NeedsGrad ? CopyKernel.Clone(impl) : impl.AddReference());
    }

    /// <summary>Where a gradient like this one can be written: over it where nothing else looks at it, which spares the memory a third of its
    /// traffic, else anew.</summary>
    protected static TensorImpl Over(TensorImpl grad) => IsAlone(grad) ? grad.AddReference() : TensorImpl.EmptyLike(grad, grad.DType);

    /// <summary>Whether nothing but one handle of the engine's own looks at a gradient.</summary>
    protected static bool IsAlone(TensorImpl grad) =>
        grad is { References: 1, Contiguous: true } && grad.Storage is { Gradient: false, Shared: false };

    private static Node? Edge(Tensor t)
    {
        var node = t.Impl.Edge();
        node?.AddReference();
        return node;
    }

    private static void ReleaseChain(Node first)
    {
        // A loop, not recursion: a recurrent network's chain is as long as its sequence.
        Stack<Node>? stack = null;
        var node = first;
        while (true)
        {
            node.ReleaseSaved();
            Drop(ref node._input0, ref stack);
            Drop(ref node._input1, ref stack);
            Drop(ref node._input2, ref stack);
            if (node._more is { } more)
            {
                for (var i = 0; i < more.Length; i++)
                    Drop(ref more[i], ref stack);
            }
            if (stack is null || stack.Count == 0)
                return;
            node = stack.Pop();
        }
    }

    private static void Drop(ref Node? edge, ref Stack<Node>? stack)
    {
        var node = edge;
        edge = null;
        if (node is not null and not AccumulateGrad && Interlocked.Decrement(ref node._references) == 0)
            (stack ??= new Stack<Node>()).Push(node);
    }
}

/// <summary>The end of a path: adds what arrives to a leaf's gradient.</summary>
internal sealed class AccumulateGrad : Node
{
    private readonly TensorImpl _leaf;

    /// <summary>The pass in which a chain of layers, already met, has yet to give it a gradient.</summary>
    public Engine? Awaits { get; set; }

    public AccumulateGrad(TensorImpl leaf)
        : base(0)
    {
        _leaf = leaf;
        Shape = leaf.Shape;
        DType = leaf.DType;
    }

    public override void Backward(Tensor grad)
    {
    }

    protected override void ReleaseSaved()
    {
    }

    protected override void Accept(Tensor grad, Engine engine)
    {
        if (ReferenceEquals(Awaits, engine))
            engine.RunWaiting();
        if (engine.Captures(this, grad))
            return;
        if (!engine.Accumulates(this))
            return;
        lock (this)
        {
            var impl = grad.Impl;
            if (engine.CreateGraph)
            {
                using var sum = _leaf.Grad is null ? grad.alias() : Tensor.Unscoped(_leaf.Grad.AddReference()) + grad;
                _leaf.SetGrad(sum.Impl.AddReference());
                return;
            }
            if (_leaf.Grad is null)
            {
                // Taken over where nothing else looks at it.
                var taken = IsAlone(impl) ? impl.AddReference() : CopyKernel.Clone(impl);
                taken.Storage.Gradient = true;
                _leaf.SetGrad(taken);
            }
            else if (_leaf.Grad.NeedsGrad)
            {
                using var sum = Tensor.Unscoped(_leaf.Grad.AddReference()) + grad;
                _leaf.SetGrad(sum.Impl.AddReference());
            }
            else
            {
                BinaryKernel.Run<AddOp>(_leaf.Grad, impl, _leaf.Grad);
                _leaf.Grad.Storage.Changed();
            }
        }
    }
}

/// <summary>A value that a backward step needs, with the version it had.</summary>
internal struct Saved
{
    private TensorImpl? _impl;
    private int _version;
    private bool _output;

    /// <summary>An input of the operation.</summary>
    public static Saved Input(Tensor t) => new() { _impl = t.Impl.AddReference(), _version = t.Impl.Storage.Version };

    /// <summary>The operation's result: kept without its history, which would be a circle.</summary>
    public static Saved Output(Tensor t) => new() { _impl = t.Impl.Detached(), _version = t.Impl.Storage.Version, _output = true };

    public readonly bool IsSet => _impl is not null;

    public readonly TensorImpl Raw()
    {
        var impl = _impl ?? throw Errors.Libtorch(
            "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.");
        if (impl.Storage.Version != _version)
        {
            throw Errors.Libtorch(
                $"one of the variables needed for gradient computation has been modified by an inplace operation: [{Errors.TypeName(impl.DType)} {Errors.Shape(impl.Shape)}] is at version {impl.Storage.Version}; expected version {_version} instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True).");
        }
        return impl;
    }

    public readonly Tensor Get(Node node)
    {
        var impl = Raw();
        if (!_output || EngineThread.Current.GradDisabled)
            return new Tensor(impl.AddReference());
        var attached = impl.Detached();
        attached.SetGradFn(node);
        return new Tensor(attached);
    }

    public bool Preserve(TensorImpl impl)
    {
        if (!ReferenceEquals(_impl, impl))
            return false;
        var old = CopyKernel.Clone(impl);
        old.RequiresGrad = impl.RequiresGrad;
        old.SetGradFn(impl.GradFn);
        _impl!.Release();
        _impl = old;
        _version = old.Storage.Version;
        return true;
    }

    public void Release()
    {
        _impl?.Release();
        _impl = null;
    }
}

/// <summary>Gradient of the saved values and the result's gradient, written with ordinary operations.</summary>
internal delegate void BackwardRule(LambdaNode node, Tensor grad);

/// <summary>A node whose rule is a lambda; for operations that are not the inner loop of a small network.</summary>
internal sealed class LambdaNode(BackwardRule rule, Saved s0, Saved s1, Saved s2) : Node
{
    private Saved _s0 = s0;
    private Saved _s1 = s1;
    private Saved _s2 = s2;

    public Tensor S0 => _s0.Get(this);

    public Tensor S1 => _s1.Get(this);

    public Tensor S2 => _s2.Get(this);

    public override void Backward(Tensor grad) => rule(this, grad);

    // Once: of a value multiplied by itself in place the other factor is lost, as in PyTorch.
    public override void Preserve(TensorImpl impl) => _ = _s0.Preserve(impl) || _s1.Preserve(impl) || _s2.Preserve(impl);

    protected override void ReleaseSaved()
    {
        _s0.Release();
        _s1.Release();
        _s2.Release();
    }
}

internal static class Autograd
{
    public static bool Records(Tensor a) => a.Impl.NeedsGrad && !EngineThread.Current.GradDisabled;

    /// <summary>Whether a change in place of this tensor concerns autograd, be it through the base that it is a view of.</summary>
    public static bool RecordsInPlace(Tensor a) => (a.Impl.NeedsGrad || a.Impl.Base is { NeedsGrad: true }) && !EngineThread.Current.GradDisabled;

    public static bool Records(Tensor a, Tensor b) => (a.Impl.NeedsGrad || b.Impl.NeedsGrad) && !EngineThread.Current.GradDisabled;

    public static bool Records(Tensor a, Tensor b, Tensor? c) =>
        (a.Impl.NeedsGrad || b.Impl.NeedsGrad || c is { } t && t.Impl.NeedsGrad) && !EngineThread.Current.GradDisabled;

    public static bool Records(IReadOnlyList<Tensor> all)
    {
        if (EngineThread.Current.GradDisabled)
            return false;
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i].Impl.NeedsGrad)
                return true;
        }
        return false;
    }

    public static Tensor Attach(Tensor result, Node node)
    {
        node.Shape = result.Impl.Shape;
        node.DType = result.Impl.DType;
        result.Impl.SetGradFn(node);
        return result;
    }

    public static Tensor Attach(Tensor result, Tensor x, BackwardRule rule, Saved s0 = default, Saved s1 = default, Saved s2 = default)
    {
        var node = new LambdaNode(rule, s0, s1, s2);
        node.SetInputs(x);
        return Attach(result, node);
    }

    public static Tensor Attach(Tensor result, Tensor x, Tensor y, BackwardRule rule, Saved s0 = default, Saved s1 = default, Saved s2 = default)
    {
        var node = new LambdaNode(rule, s0, s1, s2);
        node.SetInputs(x, y);
        return Attach(result, node);
    }

    public static Tensor Attach(Tensor result, Tensor x, Tensor y, Tensor? z, BackwardRule rule, Saved s0 = default, Saved s1 = default, Saved s2 = default)
    {
        var node = new LambdaNode(rule, s0, s1, s2);
        node.SetInputs(x, y, z);
        return Attach(result, node);
    }

    public static Tensor Attach(Tensor result, IReadOnlyList<Tensor> inputs, BackwardRule rule)
    {
        var node = new LambdaNode(rule, default, default, default);
        node.SetInputs(inputs);
        return Attach(result, node);
    }

    /// <summary>
    /// Finishes an operation in place: <paramref name="result"/> was computed from the old value and becomes the new one, history included.
    /// </summary>
    public static Tensor Assign(Tensor target, Tensor result)
    {
        CheckInPlace(target, result);
        if (!Shapes.Same(target.Impl.Shape, result.Impl.Shape))
            throw Errors.Libtorch($"output with shape {Errors.Shape(target.Impl.Shape)} doesn't match the broadcast shape {Errors.Shape(result.Impl.Shape)}");
        if (
            target.Impl.DType != result.Impl.DType
                && DTypes.Promote(target.Impl.DType, result.Impl.DType) != target.Impl.DType
                && result.Impl.DType.Category() > target.Impl.DType.Category())
            throw Errors.Libtorch($"result type {result.Impl.DType.Name()} can't be cast to the desired output type {target.Impl.DType.Name()}");
        Views.CheckOverlap(target.Impl);
        result.Impl.GradFn?.Preserve(target.Impl);
        CopyKernel.Into(result.Impl, target.Impl);
        target.Impl.Storage.Changed();
        if (result.Impl.GradFn is { } node)
        {
            if (target.Impl.DType != result.Impl.DType)
                throw Errors.NotSupported("an operation in place that changes the dtype of a recorded value");
            node.Shape = target.Impl.Shape;
            Rebase(target.Impl, node);
        }
        else if (Records(target))
        {
            Forget(target);
        }
        result.Dispose();
        return target;
    }

    /// <summary>The new value does not depend on the old one: the gradient that reaches it is zero.</summary>
    public static void Forget(Tensor target)
    {
        var node = new LambdaNode(
            static (n, g) => n.Give(0, g.zeros_like()), default, default, default)
        { Shape = target.Impl.Shape, DType = target.Impl.DType };
        node.SetInputs(target);
        Rebase(target.Impl, node);
    }

    /// <summary>The new history of a value that was changed in place: of a view, its base gets it.</summary>
    public static void Rebase(TensorImpl impl, Node node)
    {
        if (impl.Base is { } b)
            b.Rebase(new WriteNode(b, new Window(impl, b), node));
        else
            impl.Rebase(node);
    }

    /// <summary>Whether an operation may overwrite a tensor, given what autograd knows of it.</summary>
    public static void CheckInPlace(Tensor target, Tensor? value = null)
    {
        if (EngineThread.Current.GradDisabled)
            return;
        var impl = target.Impl;
        if (impl.Base is { } b && (impl.NeedsGrad || b.NeedsGrad || value is { } v && v.Impl.NeedsGrad))
        {
            if (b.RequiresGrad && b.GradFn is null)
                throw Errors.Libtorch("a view of a leaf Variable that requires grad is being used in an in-place operation.");
            Views.CheckOrigin(impl, "is being modified inplace");
        }
        if (impl.RequiresGrad && impl.GradFn is null)
            throw Errors.Libtorch("a leaf Variable that requires grad is being used in an in-place operation.");
    }
}
