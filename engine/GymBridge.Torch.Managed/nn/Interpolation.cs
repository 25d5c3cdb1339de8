namespace GymBridge.Torch.Managed;

/// <summary>Resizing along one dimension, as PyTorch's upsampling kernels count positions.</summary>
internal static class Interpolation
{
    /// <summary>The element next to each output; exact takes the middle of the output, else its start.</summary>
    public static long[] Nearest(long size, long count, double? scale, bool exact)
    {
        var step = scale is { } s ? (float)(1 / s) : (float)size / count;
        var index = new long[count];
        for (long i = 0; i < count; i++)
            index[i] = size == count ? i : Math.Min((long)MathF.Floor((exact ? i + 0.5f : i) * step), size - 1);
        return index;
    }

    /// <summary>The weights of a line between neighbours, (in, out).</summary>
    public static double[] Linear(long size, long count, double? scale, bool align)
    {
        var step = Step(size, count, scale, align);
        var weights = new double[size * count];
        for (long i = 0; i < count; i++)
        {
            var at = align ? step * i : Math.Max(0, (step * (i + 0.5)) - 0.5);
            var low = Math.Min((long)at, size - 1);
            var part = Math.Clamp(at - low, 0, 1);
            weights[(low * count) + i] += 1 - part;
            weights[(Math.Min(low + 1, size - 1) * count) + i] += part;
        }
        return weights;
    }

    /// <summary>The weights of cubic convolution over four neighbours, the border repeated, (in, out).</summary>
    public static double[] Cubic(long size, long count, double? scale, bool align)
    {
        var step = Step(size, count, scale, align);
        var weights = new double[size * count];
        for (long i = 0; i < count; i++)
        {
            var at = align ? step * i : (step * (i + 0.5)) - 0.5;
            var low = (long)Math.Floor(at);
            for (var k = -1; k <= 2; k++)
                weights[(Math.Clamp(low + k, 0, size - 1) * count) + i] += CubicFilter(at - (low + k), -0.75);
        }
        return weights;
    }

    /// <summary>The weights of a filter that widens as the output shrinks, (in, out).</summary>
    public static double[] Antialiased(long size, long count, double? scale, bool align, bool cubic)
    {
        var step = Step(size, count, scale, align);
        var shift = align ? 0 : 0.5;
        var shrink = Math.Max(1, step);
        var support = (cubic ? 2 : 1) * shrink;
        var weights = new double[size * count];
        for (long i = 0; i < count; i++)
        {
            var center = step * (i + shift);
            var from = Math.Max((long)(center - support + 0.5), 0);
            var to = Math.Min((long)(center + support + 0.5), size);
            double Weight(long j)
            {
                var x = (j - center + shift) / shrink;
                return cubic ? CubicFilter(x, -0.5) : Math.Max(0, 1 - Math.Abs(x));
            }
            double total = 0;
            for (var j = from; j < to; j++)
                total += Weight(j);
            for (var j = from; j < to; j++)
                weights[(j * count) + i] = total == 0 ? 0 : Weight(j) / total;
        }
        return weights;
    }

    private static double Step(long size, long count, double? scale, bool align) =>
        align ? (count > 1 ? (double)(size - 1) / (count - 1) : 0) : scale is > 0 ? 1 / scale.Value : (double)size / count;

    private static double CubicFilter(double x, double a)
    {
        x = Math.Abs(x);
        return x < 1 ? ((((a + 2) * x) - (a + 3)) * x * x) + 1 : x < 2 ? ((((((x - 5) * x) + 8) * x) - 4) * a) : 0;
    }
}
