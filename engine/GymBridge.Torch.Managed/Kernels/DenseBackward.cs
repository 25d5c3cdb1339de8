namespace GymBridge.Torch.Managed;

/// <summary>
/// The gradients of a chain of dense layers, some rows at a time: the gradient of a layer's result goes through its activation and into the
/// gradients of its weights and of the layer before while it is in the nearest cache. Sums over the rows go on from block to block in
/// order, so that the bits are those of the layers one by one.
/// </summary>
internal static unsafe class DenseBackward
{
    private const int BlockRows = DenseForward.BlockRows;

    [ThreadStatic]
    private static Scratch? _scratch;

    private static Scratch Memory => _scratch ??= new Scratch();

    /// <summary>The parts that the gradients of so many rows are worth.</summary>
    public static int Parts(long rows, DenseLayer[] layers)
    {
        long work = 0;
        foreach (ref readonly var layer in layers.AsSpan())
            work += 2 * layer.Work;
        return Threads.Parts(rows * work);
    }

    /// <summary>Fills the gradients of layers whose results are there.</summary>
    /// <param name="x">[rows, Inputs of the first].</param>
    /// <param name="rows">At least one.</param>
    /// <param name="grad">[rows, Outputs of the last]; of what the last layer gave, which has no activation.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="xGradient">As <paramref name="x"/>; null where nobody wants it.</param>
    public static void Run(float* x, long rows, float* grad, DenseLayer[] layers, float* xGradient)
    {
        var count = layers.Length;
        long packedSize = 0;
        long width = 0;
        for (var i = 0; i < count; i++)
        {
            width += layers[i].Outputs;
            if (i > 0 || xGradient != null)
                packedSize += Gemm.PackedSize(layers[i].Outputs, layers[i].Inputs);
        }
        var packed = (float*)Memory.Get(0, packedSize * sizeof(float));
        var to = packed;
        for (var i = xGradient != null ? 0 : 1; i < count; i++)
        {
            ref var layer = ref layers[i];
            Gemm.Pack(layer.Outputs, layer.Inputs, layer.Weight, layer.Inputs, 1, to);
            to += Gemm.PackedSize(layer.Outputs, layer.Inputs);
        }
        var parts = Parts(rows, layers);
        if (parts == 1)
        {
            Alone(x, rows, grad, layers, packed, xGradient);
            return;
        }
        // Of several threads each takes some rows first, and then some of the weights: a weight's sum over the rows is one thread's.
        var memory = TensorImpl.Empty([rows * width], ScalarType.Float32);
        var at = memory.Ptr<float>();
        for (var i = 0; i < count - 1; i++)
        {
            layers[i].Gradient = at;
            at += rows * layers[i].Outputs;
        }
        layers[count - 1].Gradient = grad;
        Many(parts, x, rows, layers, packed, xGradient);
        memory.Release();
    }

    private static void Many(int parts, float* x, long rows, DenseLayer[] layers, float* packed, float* xGradient)
    {
        var share = Threads.Share(rows, parts, BlockRows);
        Threads.Run((int)((rows + share - 1) / share), part =>
        {
            var first = part * share;
            var end = Math.Min(rows, first + share);
            for (var start = first; start < end; start += BlockRows)
                Inputs(start, Math.Min(BlockRows, end - start), start, layers, packed, xGradient);
        });
        Threads.Run(parts, part =>
        {
            for (var i = layers.Length - 1; i >= 0; i--)
                Weights(part, parts, i == 0 ? x : layers[i - 1].Result, rows, layers[i]);
        });
    }

    /// <summary>The gradients of a block's rows before each activation, and of x.</summary>
    /// <param name="start">The first row, in the results and the gradient of x.</param>
    /// <param name="rows">Of the block.</param>
    /// <param name="at">The first row, in the gradients.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="packed">The weights, of all but the first unless x has a gradient.</param>
    /// <param name="xGradient">Null where nobody wants it.</param>
    private static void Inputs(long start, long rows, long at, DenseLayer[] layers, float* packed, float* xGradient)
    {
        var count = layers.Length;
        long widest = 0;
        for (var i = 0; i < count; i++)
            widest = Math.Max(widest, layers[i].Outputs);
        var offsets = (long*)Memory.Get(1, (BlockRows + widest) * sizeof(long));
        var steps = offsets + BlockRows;
        for (long p = 0; p < widest; p++)
            steps[p] = p;
        var weight = packed;
        for (var i = xGradient != null ? 0 : 1; i < count; i++)
            weight += Gemm.PackedSize(layers[i].Outputs, layers[i].Inputs);
        for (var i = count - 1; i >= (xGradient != null ? 0 : 1); i--)
        {
            ref var layer = ref layers[i];
            weight -= Gemm.PackedSize(layer.Outputs, layer.Inputs);
            for (long r = 0; r < rows; r++)
                offsets[r] = r * layer.Outputs;
            var from = layer.Gradient + (at * layer.Outputs);
            var to = i == 0 ? xGradient + (start * layer.Inputs) : layers[i - 1].Gradient + (at * layer.Inputs);
            Gemm.RunPacked(rows, layer.Inputs, layer.Outputs, from, offsets, steps, weight, to, layer.Inputs, null, accumulate: false);
            if (i == 0)
                continue;
            var y = layers[i - 1].Result + (start * layer.Inputs);
            if (layers[i - 1].Activation == DenseActivation.Tanh)
                FusedKernel.BackwardHere<TanhGradient>(to, y, to, rows * layer.Inputs);
            else if (layers[i - 1].Activation == DenseActivation.Relu)
                FusedKernel.BackwardHere<ReluGradient>(to, y, to, rows * layer.Inputs);
        }
    }

    /// <summary>A part's share of the gradients of a layer's weights and biases, over all rows.</summary>
    private static void Weights(int part, int parts, float* x, long rows, in DenseLayer layer)
    {
        if (layer.BiasGradient != null)
        {
            var (from, some) = Range(part, parts, layer.Outputs);
            SumKernel.Columns(layer.Gradient + from, rows, layer.Outputs, some, layer.BiasGradient + from);
        }
        if (layer.Inputs >= 16 * parts)
        {
            var (from, some) = Range(part, parts, layer.Inputs);
            if (some > 0)
                Gemm.Here(
                    layer.Outputs, some, rows, layer.Gradient, 1, layer.Outputs, x + from, layer.Inputs, 1, layer.WeightGradient + from, layer.Inputs, null);
        }
        else
        {
            var (from, some) = Range(part, parts, layer.Outputs);
            if (some > 0)
                Gemm.Here(
                    some, layer.Inputs, rows, layer.Gradient + from, 1, layer.Outputs, x, layer.Inputs, 1,
                    layer.WeightGradient + (from * layer.Inputs), layer.Inputs, null);
        }
    }

    private static (long From, long Count) Range(int part, int parts, long n)
    {
        var size = Threads.Share(n, parts, 16);
        var from = Math.Min(n, part * size);
        return (from, Math.Min(size, n - from));
    }

    private static void Alone(float* x, long rows, float* grad, DenseLayer[] layers, float* packed, float* xGradient)
    {
        // Of each layer: the gradient of a block, the sums of its bias and, of few inputs, the gradient of its weights with rows and columns
        // in each other's place.
        var count = layers.Length;
        var block = Math.Min(rows, BlockRows);
        long floats = 0;
        long doubles = 0;
        for (var i = 0; i < count; i++)
        {
            floats += (block * layers[i].Outputs) + (Gemm.IsNarrow(layers[i].Outputs, layers[i].Inputs) ? layers[i].Outputs * layers[i].Inputs : 0);
            doubles += SumKernel.LanesOf(layers[i].Outputs);
        }
        var lanes = (double*)Memory.Get(2, doubles * sizeof(double));
        var memory = (float*)Memory.Get(3, floats * sizeof(float));
        new Span<double>(lanes, (int)doubles).Clear();
        for (var i = 0; i < count - 1; i++)
        {
            layers[i].Gradient = memory;
            memory += block * layers[i].Outputs;
        }
        for (long start = 0; start < rows; start += block)
        {
            var some = Math.Min(block, rows - start);
            layers[count - 1].Gradient = grad + (start * layers[count - 1].Outputs);
            Inputs(start, some, 0, layers, packed, xGradient);
            var lane = lanes;
            var turned = memory;
            for (var i = 0; i < count; i++)
            {
                ref var layer = ref layers[i];
                if (layer.BiasGradient != null)
                    SumKernel.AddRows(layer.Gradient, some, layer.Outputs, lane);
                lane += SumKernel.LanesOf(layer.Outputs);
                var from = i == 0 ? x + (start * layer.Inputs) : layers[i - 1].Result + (start * layer.Inputs);
                if (Gemm.IsNarrow(layer.Outputs, layer.Inputs))
                {
                    Gemm.Here(
                        layer.Inputs, layer.Outputs, some, from, 1, layer.Inputs, layer.Gradient, layer.Outputs, 1, turned, layer.Outputs, null, start > 0);
                    turned += layer.Outputs * layer.Inputs;
                }
                else
                {
                    Gemm.Here(
                        layer.Outputs, layer.Inputs, some, layer.Gradient, 1, layer.Outputs, from, layer.Inputs, 1,
                        layer.WeightGradient, layer.Inputs, null, start > 0);
                }
            }
        }
        for (var i = 0; i < count; i++)
        {
            ref var layer = ref layers[i];
            if (layer.BiasGradient != null)
                SumKernel.Fold(lanes, rows, layer.Outputs, layer.BiasGradient);
            lanes += SumKernel.LanesOf(layer.Outputs);
            if (!Gemm.IsNarrow(layer.Outputs, layer.Inputs))
                continue;
            for (long o = 0; o < layer.Outputs; o++)
                for (long p = 0; p < layer.Inputs; p++)
                    layer.WeightGradient[(o * layer.Inputs) + p] = memory[(p * layer.Outputs) + o];
            memory += layer.Outputs * layer.Inputs;
        }
    }
}
