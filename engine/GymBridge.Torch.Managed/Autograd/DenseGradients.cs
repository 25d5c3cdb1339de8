namespace GymBridge.Torch.Managed;

/// <summary>The backward step of a chain of dense layers: made where the gradient of its result is there, run at once or beside others.</summary>
internal sealed unsafe class DenseGradients
{
    private readonly LinearNode[] _nodes;
    private readonly DenseLayer[] _layers;
    private readonly TensorImpl[] _weights;
    private readonly TensorImpl?[] _biases;
    private readonly TensorImpl? _first;
    private readonly Tensor _grad;

    public DenseGradients(LinearNode last, Tensor grad, int count)
    {
        (_nodes, _layers, _weights, _biases, _grad) = (new LinearNode[count], new DenseLayer[count], new TensorImpl[count], new TensorImpl?[count], grad);
        var at = count;
        for (var node = last; node is not null; node = node.Before())
            _nodes[--at] = node;
        for (var i = 0; i < count; i++)
        {
            var node = _nodes[i];
            var inputs = node.X.Shape[1];
            var outputs = node.Shape[1];
            var weight = _weights[i] = TensorImpl.Empty([outputs, inputs], ScalarType.Float32);
            var bias = _biases[i] = node.Wants(2) ? TensorImpl.Empty([outputs], ScalarType.Float32) : null;
            _layers[i] = new DenseLayer
            {
                Inputs = inputs,
                Outputs = outputs,
                Weight = node.Wants(0) ? node.W.Ptr<float>() : null,
                Activation = i == count - 1 ? DenseActivation.None : _nodes[i + 1].Input(0) is TanhNode ? DenseActivation.Tanh : DenseActivation.Relu,
                Result = i == count - 1 ? null : _nodes[i + 1].X.Ptr<float>(),
                WeightGradient = weight.Ptr<float>(),
                BiasGradient = bias is null ? null : bias.Ptr<float>(),
            };
        }
        _first = _nodes[0].Wants(0) ? TensorImpl.EmptyLike(_nodes[0].X, ScalarType.Float32) : null;
    }

    /// <summary>The layer whose result the gradient is of, the last of the chain.</summary>
    public LinearNode Last => _nodes[^1];

    /// <summary>The gradient of its result.</summary>
    public Tensor Grad => _grad;

    /// <summary>Whether it gives gradients to leaves only, which can wait for them.</summary>
    public bool CanWait
    {
        get
        {
            foreach (var node in _nodes)
            {
                if (node.Input(1) is not AccumulateGrad || node.Input(2) is not (null or AccumulateGrad))
                    return false;
            }
            return _first is null;
        }
    }

    /// <summary>The parts that it is worth by itself.</summary>
    public int Parts => DenseBackward.Parts(_grad.Impl.Shape[0], _layers);

    /// <summary>Computes the gradients, in as many parts as they are worth: one on a thread that is a part itself.</summary>
    public void Compute() => DenseBackward.Run(
        _nodes[0].X.Ptr<float>(), _grad.Impl.Shape[0], _grad.Impl.Ptr<float>(), _layers, _first is null ? null : _first.Ptr<float>());

    /// <summary>Whether a leaf has or has not a gradient to come from it.</summary>
    public void Announce(Engine? engine)
    {
        foreach (var node in _nodes)
        {
            if (node.Input(1) is AccumulateGrad weight)
                weight.Awaits = engine;
            if (node.Input(2) is AccumulateGrad bias)
                bias.Awaits = engine;
        }
    }

    /// <summary>Hands the gradients on, in the order in which the layers one by one would, and lets go of what is saved if nobody wants it any
    /// more.</summary>
    public void Give(Engine engine)
    {
        for (var i = _nodes.Length - 1; i >= 0; i--)
        {
            using var x = i == 0 && _first is not null ? Tensor.Unscoped(_first) : null;
            using var weight = Tensor.Unscoped(_weights[i]);
            using var bias = _biases[i] is { } b ? Tensor.Unscoped(b) : null;
            _nodes[i].GiveAll(engine, x, weight, bias);
        }
        if (engine.Retains)
            return;
        for (var i = _nodes.Length - 2; i >= 0; i--)
        {
            _nodes[i + 1].Input(0)!.Free();
            _nodes[i].Free();
        }
    }
}
