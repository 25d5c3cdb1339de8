using TorchSharp.Modules;

namespace GymBridge.Torch.Managed;

/// <summary>
/// Linear layers with tanh or ReLU between them, computed as one: forward where a <see cref="Sequential"/> has nothing else, backward where
/// nobody looks at what is between. The graph is that of the layers one by one, and so is every bit.
/// </summary>
internal static unsafe class DenseChain
{
    /// <summary>The most weights of a layer in a chain: more do not stay in a near cache from block to block, and a product by itself reads them
    /// once.</summary>
    public const long MostWeights = 1 << 14;

    // Fewer rows are one block, and no array of theirs leaves the cache anyway.
    private const long FewestRows = 64;

    [ThreadStatic]
    private static DenseLayer[]? _layers;

    /// <summary>The result of as many modules from the first as make a chain, or null where they make none.</summary>
    public static Tensor? TryForward(List<(string Name, torch.nn.IModule<Tensor, Tensor> Module)> modules, Tensor x, out int taken)
    {
        var input = x.Impl;
        taken = 0;
        if (input.DType != ScalarType.Float32 || input.Rank != 2 || !input.Contiguous || input.Count == 0 || modules.Count < 3)
            return null;
        var width = input.Shape[1];
        var (any, all) = (input.NeedsGrad, true);
        var count = 0;
        for (var i = 0; i < modules.Count; i += 2)
        {
            if (modules[i].Module is not Linear { HasHooks: false } linear || !Fits(linear, width))
                break;
            width = linear.weight.Impl.Shape[0];
            var needs = linear.weight.Impl.NeedsGrad;
            any |= needs || linear.bias is { Impl.NeedsGrad: true };
            all &= needs && linear.bias is null or { Impl.NeedsGrad: true };
            count++;
            taken = i + 1;
            if (i + 2 >= modules.Count || ActivationOf(modules[i + 1].Module) == DenseActivation.None)
                break;
        }
        var records = any && !EngineThread.Current.GradDisabled;
        if (count < 2 || (records && !all))
            return null;
        return Forward(modules, x, count, records);
    }

    /// <summary>The backward step of a layer and of those before it in its chain, to be run by the engine; null where it is in no chain.</summary>
    /// <param name="last">The layer whose result the gradient is of.</param>
    /// <param name="grad">Of its result.</param>
    public static DenseGradients? Backward(LinearNode last, Tensor grad)
    {
        if (grad.Impl is not { DType: ScalarType.Float32, Contiguous: true, Count: > 0 } || grad.Impl.Shape[0] < FewestRows || AnomalyMode.IsEnabled)
            return null;
        var count = 0;
        for (var node = last; node is not null; node = node.Before())
        {
            if (!node.IsDense)
                return null;
            count++;
        }
        return count < 2 ? null : new DenseGradients(last, grad, count);
    }

    private static Tensor Forward(List<(string Name, torch.nn.IModule<Tensor, Tensor> Module)> modules, Tensor x, int count, bool records)
    {
        var layers = Layers(count);
        var rows = x.Impl.Shape[0];
        var result = x;
        for (var i = 0; i < count; i++)
        {
            var linear = (Linear)modules[2 * i].Module;
            var (w, b) = (linear.weight.Impl, linear.bias?.Impl);
            var activation = i == count - 1 ? DenseActivation.None : ActivationOf(modules[(2 * i) + 1].Module);
            var keeps = records || i == count - 1;
            var impl = keeps ? TensorImpl.Empty([rows, w.Shape[0]], ScalarType.Float32) : null;
            layers[i] = new DenseLayer
            {
                Inputs = w.Shape[1],
                Outputs = w.Shape[0],
                Weight = w.Ptr<float>(),
                Bias = b is null ? null : b.Ptr<float>(),
                Activation = activation,
                Result = impl is null ? null : impl.Ptr<float>(),
            };
            if (impl is null)
                continue;
            var next = new Tensor(impl);
            if (records)
            {
                var node = new LinearNode(result, linear.weight, linear.bias);
                if (activation == DenseActivation.None)
                {
                    Autograd.Attach(next, node);
                }
                else
                {
                    (node.Shape, node.DType) = (impl.Shape, impl.DType);
                    Autograd.Attach(next, activation == DenseActivation.Tanh ? new TanhNode(node, next) : new ReluNode(node, next));
                }
                if (i > 0)
                    result.Dispose();
            }
            result = next;
        }
        DenseForward.Run(x.Impl.Ptr<float>(), rows, layers, count);
        return result;
    }

    private static DenseLayer[] Layers(int count) => _layers is null || _layers.Length < count ? _layers = new DenseLayer[count] : _layers;

    private static DenseActivation ActivationOf(object module) => module switch
    {
        Tanh { inplace: false, HasHooks: false } => DenseActivation.Tanh,
        ReLU { inplace: false, HasHooks: false } => DenseActivation.Relu,
        _ => DenseActivation.None,
    };

    private static bool Fits(Linear linear, long inputs)
    {
        var w = linear.weight.Impl;
        return w is { DType: ScalarType.Float32, Rank: 2, Contiguous: true, Count: > 0 and <= MostWeights } && w.Shape[1] == inputs
            && (linear.bias is null || (linear.bias.Impl is { DType: ScalarType.Float32, Rank: 1, Contiguous: true } b && b.Shape[0] == w.Shape[0]));
    }
}
