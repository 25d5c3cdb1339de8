namespace GymBridge.Torch.Managed;

/// <summary>Pooling over the last one to three dimensions: a dimension's windows are known by the positions they look at.</summary>
internal static class WindowPooling
{
    /// <summary>The positions of each window along a dimension; those in the padding are left out.</summary>
    public static long[][] Sliding(long size, long kernel, long stride, long padding, long dilation, bool ceil)
    {
        if (kernel <= 0 || stride <= 0 || dilation <= 0)
            throw Errors.Libtorch($"pooling: kernel size, stride and dilation should be greater than zero, but got {kernel}, {stride} and {dilation}");
        if (padding < 0 || padding > ((dilation * (kernel - 1)) + 1) / 2)
            throw Errors.Libtorch($"pad should be non-negative and at most half of effective kernel size, but got pad={padding}, kernel_size={kernel} and dilation={dilation}");
        var span = size + (2 * padding) - (dilation * (kernel - 1)) - 1;
        var count = span < 0 ? 0 : ((span + (ceil ? stride - 1 : 0)) / stride) + 1;
        // A window that starts in the padding on the right is none.
        if (ceil && (count - 1) * stride >= size + padding)
            count--;
        if (count <= 0)
            throw Errors.Libtorch($"pooling: calculated output size is too small for an input of {size} and a kernel of {kernel}");
        return [
            .. Enumerable.Range(0, (int)count).Select(
                i => Enumerable.Range(0, (int)kernel).Select(k => (i * stride) - padding + (k * dilation)).Where(p => p >= 0 && p < size).ToArray())];
    }

    public static long[][] Adaptive(long size, long count)
    {
        if (count <= 0)
            throw Errors.Libtorch($"adaptive pooling: elements of output_size must be greater than 0, but got {count}");
        return [.. Enumerable.Range(0, (int)count).Select(i =>
        {
            var from = i * size / count;
            var to = (((i + 1) * size) + count - 1) / count;
            return Enumerable.Range(0, (int)(to - from)).Select(k => from + k).ToArray();
        })];
    }

    /// <summary>The largest value of each window and where it is, counted through all pooled dimensions.</summary>
    public static (Tensor Output, Tensor Indices) Max(string name, Tensor x, long[][][] windows)
    {
        var shape = x.Impl.Shape;
        var kept = shape.Length - windows.Length;
        Check(name, x, windows.Length);
        var cells = Cells(windows, shape[kept..]);
        if (Array.Exists(cells, c => c.Length == 0))
            throw Errors.Libtorch($"{name}: a window lies wholly in the padding of an input of size {Errors.Shape(shape)}");
        var flat = x.reshape(-1, x.numel() / Math.Max(1, shape[..kept].Aggregate(1L, (a, b) => a * b)));
        var planes = flat.size(0);
        var plane = flat.size(1);
        var found = new long[planes * cells.Length];
        using (var values = flat.detach().to(ScalarType.Float64).contiguous())
        {
            var v = values.data<double>();
            for (long p = 0; p < planes; p++)
            {
                for (var c = 0; c < cells.Length; c++)
                {
                    var best = cells[c][0];
                    foreach (var at in cells[c])
                    {
                        var value = v[(p * plane) + at];
                        if (value > v[(p * plane) + best] || double.IsNaN(value))
                            best = at;
                    }
                    found[(p * cells.Length) + c] = best;
                }
            }
        }
        long[] result = [.. shape[..kept], .. windows.Select(w => (long)w.Length)];
        var index = torch.tensor(found, [planes, cells.Length]);
        return (flat.gather(1, index).reshape(result), index.reshape(result));
    }

    /// <summary>The sum of each window, one dimension after the other, over a divisor for each output.</summary>
    public static Tensor Average(string name, Tensor x, long[][][] windows, Func<int, int, long> size, long? divisor)
    {
        Check(name, x, windows.Length);
        var rank = (int)x.ndim;
        var sum = x;
        for (var d = 0; d < windows.Length; d++)
        {
            var dim = rank - windows.Length + d;
            var w = windows[d];
            var n = x.Impl.Shape[dim];
            var matrix = new double[n * w.Length];
            for (var i = 0; i < w.Length; i++)
            {
                foreach (var at in w[i])
                    matrix[(at * w.Length) + i] = divisor is null ? 1.0 / size(d, i) : 1;
            }
            sum = Separable.Apply(sum, dim, torch.tensor(matrix, [n, w.Length], x.dtype));
        }
        return divisor is { } by ? sum / by : sum;
    }

    public static void Check(string name, Tensor x, int dims)
    {
        if (x.ndim != dims + 1 && x.ndim != dims + 2)
            throw Errors.Libtorch($"{name}: Expected {dims + 1}D or {dims + 2}D (batch mode) tensor, but got input of size: {Errors.Shape(x.Impl.Shape)}");
    }

    /// <summary>For each output, in order, the positions in the flattened pooled dimensions.</summary>
    private static long[][] Cells(long[][][] windows, long[] sizes)
    {
        long[][] cells = [[0]];
        for (var d = 0; d < windows.Length; d++)
            cells = [.. cells.SelectMany(c => windows[d].Select(w => c.SelectMany(at => w.Select(p => (at * sizes[d]) + p)).ToArray()))];
        return cells;
    }
}

/// <summary>A linear map along one dimension.</summary>
internal static class Separable
{
    /// <summary>Replaces the dimension by its product with a matrix of (in, out).</summary>
    public static Tensor Apply(Tensor x, int dim, Tensor matrix) =>
        dim == x.ndim - 1 ? x.matmul(matrix) : x.transpose(dim, -1).matmul(matrix).transpose(dim, -1);
}
