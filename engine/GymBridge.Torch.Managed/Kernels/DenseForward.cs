namespace GymBridge.Torch.Managed;

/// <summary>
/// Dense layers one after the other, some rows at a time: what a layer gives is still in the nearest cache when the activation and the
/// next layer read it. The bits are those of the layers one by one.
/// </summary>
internal static unsafe class DenseForward
{
    /// <summary>Rows that go through all layers together: a multiple of the rows that a product takes at once, and of the lanes of a sum.</summary>
    public const int BlockRows = 192;

    [ThreadStatic]
    private static Scratch? _scratch;

    private static Scratch Memory => _scratch ??= new Scratch();

    /// <summary>Fills the results of the first <paramref name="count"/> layers for an input of [rows, Inputs of the first].</summary>
    public static void Run(float* x, long rows, DenseLayer[] layers, int count)
    {
        long work = 0;
        long size = 0;
        for (var i = 0; i < count; i++)
        {
            work += layers[i].Work;
            size += Gemm.PackedSize(layers[i].Inputs, layers[i].Outputs);
        }
        var packed = (float*)Memory.Get(0, size * sizeof(float));
        var to = packed;
        for (var i = 0; i < count; i++)
        {
            ref var layer = ref layers[i];
            Gemm.Pack(layer.Inputs, layer.Outputs, layer.Weight, 1, layer.Inputs, to);
            to += Gemm.PackedSize(layer.Inputs, layer.Outputs);
        }
        var parts = Threads.Parts(rows * work);
        if (parts == 1)
            Rows(x, 0, rows, layers, count, packed);
        else
            Many(parts, x, rows, layers, count, packed);
    }

    private static void Many(int parts, float* x, long rows, DenseLayer[] layers, int count, float* packed)
    {
        var share = Threads.Share(rows, parts, BlockRows);
        Threads.Run((int)((rows + share - 1) / share), part => Rows(x, part * share, Math.Min(share, rows - (part * share)), layers, count, packed));
    }

    private static void Rows(float* x, long first, long rows, DenseLayer[] layers, int count, float* packed)
    {
        long widest = 0;
        for (var i = 0; i < count; i++)
            widest = Math.Max(widest, Math.Max(layers[i].Inputs, layers[i].Outputs));
        var block = Math.Min(rows, BlockRows);
        var offsets = (long*)Memory.Get(1, (block + widest) * sizeof(long));
        var steps = offsets + block;
        for (long p = 0; p < widest; p++)
            steps[p] = p;
        var between = (float*)Memory.Get(2, 2 * block * widest * sizeof(float));
        for (var start = first; start < first + rows; start += block)
        {
            var some = Math.Min(block, first + rows - start);
            var from = x + (start * layers[0].Inputs);
            var weight = packed;
            for (var i = 0; i < count; i++)
            {
                ref var layer = ref layers[i];
                var to = layer.Result != null ? layer.Result + (start * layer.Outputs) : between + ((i & 1) * block * widest);
                if (Gemm.IsNarrow(some, layer.Outputs))
                {
                    Gemm.Here(some, layer.Outputs, layer.Inputs, from, layer.Inputs, 1, layer.Weight, 1, layer.Inputs, to, layer.Outputs, layer.Bias);
                }
                else
                {
                    for (long r = 0; r < some; r++)
                        offsets[r] = r * layer.Inputs;
                    Gemm.RunPacked(some, layer.Outputs, layer.Inputs, from, offsets, steps, weight, to, layer.Outputs, layer.Bias, accumulate: false);
                }
                if (layer.Activation == DenseActivation.Tanh)
                    UnaryKernel.Here<TanhFn>(to, to, some * layer.Outputs);
                else if (layer.Activation == DenseActivation.Relu)
                    UnaryKernel.Here<ReluFn>(to, to, some * layer.Outputs);
                weight += Gemm.PackedSize(layer.Inputs, layer.Outputs);
                from = to;
            }
        }
    }
}
