namespace GymBridge.Torch.Managed;

/// <summary>One backward pass: nodes run latest first, each once, with the sum of all gradients that reached it.</summary>
internal sealed class Engine
{
    private Node[] _heap = new Node[64];
    private int _count;
    private Dictionary<Node, Tensor?>? _captures;
    private HashSet<Node>? _only;
    private List<DenseGradients>? _waiting;

    public bool CreateGraph { get; private set; }

    /// <summary>Whether what the nodes have saved is still wanted after this pass.</summary>
    public bool Retains { get; private set; }

    public static void Backward(IReadOnlyList<Tensor> roots, IReadOnlyList<Tensor?>? grads, bool retain, bool create, IReadOnlyList<Tensor>? inputs = null)
    {
        var engine = new Engine { CreateGraph = create };
        if (inputs is { Count: > 0 })
        {
            engine._only = new HashSet<Node>(ReferenceEqualityComparer.Instance);
            foreach (var input in inputs)
            {
                if (input.Impl.Edge() is { } edge)
                    engine._only.Add(edge);
            }
        }
        engine.Run(roots, grads, retain);
    }

    public static IList<Tensor> Grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grads, bool retain, bool create, bool allowUnused)
    {
        var engine = new Engine { CreateGraph = create, _captures = new Dictionary<Node, Tensor?>(ReferenceEqualityComparer.Instance) };
        foreach (var input in inputs)
        {
            var edge = input.Impl.Edge() ?? throw Errors.Libtorch("One of the differentiated Tensors does not require grad");
            engine._captures[edge] = null;
        }
        engine.Run([.. outputs], grads is null ? null : [.. grads], retain || create);
        var result = new Tensor[inputs.Count];
        for (var i = 0; i < result.Length; i++)
        {
            var captured = engine._captures[inputs[i].Impl.Edge()!];
            if (captured is null && !allowUnused)
                throw Errors.Libtorch("One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused: true if this is the desired behavior.");
            result[i] = captured is null ? null! : new Tensor(captured.Impl.AddReference());
        }
        foreach (var captured in engine._captures.Values)
            captured?.Dispose();
        return result;
    }

    /// <summary>Whether a gradient at this node was asked for by autograd.grad, which adds it up there and nowhere else.</summary>
    public bool Captures(Node node, Tensor grad)
    {
        if (_captures is null)
            return false;
        if (_captures.TryGetValue(node, out var old))
        {
            _captures[node] = old is null ? Tensor.Unscoped(grad.Impl.AddReference()) : (old + grad).DetachFromDisposeScope();
            old?.Dispose();
        }
        return true;
    }

    public bool Accumulates(Node leaf) => _only is null || _only.Contains(leaf);

    public void Push(Node node)
    {
        if (_count == _heap.Length)
            Array.Resize(ref _heap, _count * 2);
        var i = _count++;
        while (i > 0)
        {
            var parent = (i - 1) / 2;
            if (_heap[parent].Sequence >= node.Sequence)
                break;
            _heap[i] = _heap[parent];
            i = parent;
        }
        _heap[i] = node;
    }

    private Node Pop()
    {
        var top = _heap[0];
        var last = _heap[--_count];
        _heap[_count] = null!;
        var i = 0;
        while (true)
        {
            var child = (2 * i) + 1;
            if (child >= _count)
                break;
            if (child + 1 < _count && _heap[child + 1].Sequence > _heap[child].Sequence)
                child++;
            if (_heap[child].Sequence <= last.Sequence)
                break;
            _heap[i] = _heap[child];
            i = child;
        }
        if (_count > 0)
            _heap[i] = last;
        return top;
    }

    private void Run(IReadOnlyList<Tensor> roots, IReadOnlyList<Tensor?>? grads, bool retain)
    {
        Retains = retain || CreateGraph;
        var thread = EngineThread.Current;
        var disabled = thread.GradDisabled;
        thread.GradDisabled = !CreateGraph;
        var scope = new DisposeScope(thread);
        try
        {
            for (var i = 0; i < roots.Count; i++)
                Start(roots[i], grads is not null && i < grads.Count ? grads[i] : null);
            while (_count > 0)
            {
                var node = Pop();
                var grad = node.Pending!;
                node.Pending = null;
                if (_captures is not null && _captures.ContainsKey(node))
                    Captures(node, grad);
                if (node.Retain is { References: > 0 } retained)
                    retained.SetGrad(CreateGraph ? grad.Impl.AddReference() : CopyKernel.Clone(grad.Impl));
                node.Running = this;
                node.AddReference();
                DenseGradients? chain = null;
                try
                {
                    chain = !CreateGraph && node is LinearNode last ? DenseChain.Backward(last, grad) : null;
                    if (chain is null)
                        node.Backward(grad);
                    else
                        PutOff(chain);
                    if (AnomalyMode.IsEnabled && AnomalyMode.ShouldCheckNaN)
                        CheckNaN(node, grad);
                }
                finally
                {
                    if (chain is null)
                        Leave(node, grad);
                }
                if (!CreateGraph)
                    scope.DisposeEverything();
            }
            RunWaiting();
        }
        finally
        {
            foreach (var chain in _waiting ?? [])
            {
                chain.Announce(null);
                Leave(chain.Last, chain.Grad);
            }
            _waiting = null;
            while (_count > 0)
            {
                var node = Pop();
                node.Pending?.Dispose();
                node.Pending = null;
            }
            scope.Dispose();
            thread.GradDisabled = disabled;
        }
    }

    /// <summary>
    /// Runs the chains of layers that were put off: as many as there are threads one on each, fewer one after the other on all of them.
    /// They give to leaves alone, which nothing else in the pass depends on, so that it shows in no bit that they were put off: a leaf
    /// that is given something else has them run first.
    /// </summary>
    public void RunWaiting()
    {
        if (_waiting is not { Count: > 0 } chains)
            return;
        _waiting = null;
        try
        {
            if (chains.Count > 1 && chains.Count >= Threads.Available)
            {
                Threads.Run(chains.Count, part => chains[part].Compute());
            }
            else
            {
                foreach (var chain in chains)
                    chain.Compute();
            }
            foreach (var chain in chains)
                chain.Announce(null);
            foreach (var chain in chains)
                chain.Give(this);
        }
        finally
        {
            foreach (var chain in chains)
                Leave(chain.Last, chain.Grad);
        }
    }

    /// <summary>Keeps a chain for later if that may spare time, or runs it now, and what was kept before it.</summary>
    private void PutOff(DenseGradients chain)
    {
        (_waiting ??= []).Add(chain);
        if (chain.CanWait && chain.Parts > 1)
            chain.Announce(this);
        else
            RunWaiting();
    }

    private void Leave(Node node, Tensor grad)
    {
        grad.Dispose();
        node.Running = null;
        if (!Retains)
            node.Free();
        node.Release();
    }

    private void Start(Tensor root, Tensor? grad)
    {
        var impl = root.Impl;
        var edge = impl.Edge() ?? throw Errors.Libtorch("element 0 of tensors does not require grad and does not have a grad_fn");
        if (grad is null)
        {
            if (impl.Count != 1)
                throw Errors.Libtorch($"grad can be implicitly created only for scalar outputs; this one has shape {Errors.Shape(impl.Shape)}");
            var one = TensorImpl.EmptyLike(impl, impl.DType);
            Element.Write(one, 0, 1.0);
            grad = new Tensor(one);
        }
        else if (!Shapes.Same(grad.Impl.Shape, impl.Shape))
        {
            throw Errors.Libtorch($"Mismatch in shape: grad_output has a shape of {Errors.Shape(grad.Impl.Shape)} and output has a shape of {Errors.Shape(impl.Shape)}.");
        }
        Node.Deliver(edge, grad, this);
    }

    private static void CheckNaN(Node node, Tensor grad)
    {
        if (grad.isnan().any().item<bool>())
            throw Errors.Libtorch($"Function '{node.GetType().Name}' received nan values as its gradient.");
    }
}
