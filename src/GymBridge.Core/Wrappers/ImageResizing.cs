using System.Numerics;

namespace GymBridge.Wrappers;

/// <summary>Resizes uint8 images as <c>cv2.resize(..., interpolation=cv2.INTER_AREA)</c> does, byte for byte.</summary>
/// <remarks>
/// Means over areas: exact sums where both sizes divide, float32 weights otherwise; where a size grows, the fixed-point
/// linear interpolation with the coefficients of the area mode. Images are row-major, channels last.
/// Source: OpenCV 5.0.0, <c>modules/imgproc/src/resize.cpp</c>; the orders of float32 operations are part of the result.
/// Keeps scratch memory: one thread at a time.
/// </remarks>
internal sealed class ImageResizing
{
    // Weights of neighbours that overlap less than this are left out.
    private const double LeastOverlap = 1e-3;
    private const float LinearScale = 2048f;

    // DBL_EPSILON: 2^-52.
    private const double DoubleEpsilon = 2.220446049250313e-16;

    private readonly (int Height, int Width) _from;
    private readonly (int Height, int Width) _to;
    private readonly int _channels;
    private readonly int _blockHeight;
    private readonly int _blockWidth;
    private readonly Weight[] _columns = [];
    private readonly Weight[] _rows = [];
    private readonly Pair[] _columnPairs = [];
    private readonly Pair[] _rowPairs = [];
    private readonly float[] _line = [];
    private readonly float[] _sum = [];
    private readonly int[] _above = [];
    private readonly int[] _below = [];

    /// <summary>Prepares resizing between two sizes, all positive.</summary>
    public ImageResizing((int Height, int Width) from, (int Height, int Width) to, int channels)
    {
        (_from, _to, _channels) = (from, to, channels);
        var (inverseX, inverseY) = ((double)to.Width / from.Width, (double)to.Height / from.Height);
        var (scaleX, scaleY) = (1.0 / inverseX, 1.0 / inverseY);
        if (scaleX < 1 || scaleY < 1)
        {
            (_columnPairs, _rowPairs) = (Pairs(from.Width, to.Width, scaleX, inverseX), Pairs(from.Height, to.Height, scaleY, inverseY));
            (_above, _below) = (new int[to.Width * channels], new int[to.Width * channels]);
            return;
        }

        var (blockWidth, blockHeight) = ((int)Math.Round(scaleX), (int)Math.Round(scaleY));
        if (Math.Abs(scaleX - blockWidth) < DoubleEpsilon && Math.Abs(scaleY - blockHeight) < DoubleEpsilon)
        {
            (_blockWidth, _blockHeight) = (blockWidth, blockHeight);
            return;
        }

        (_columns, _rows) = (Weights(from.Width, to.Width, scaleX), Weights(from.Height, to.Height, scaleY));
        (_line, _sum) = (new float[to.Width * channels], new float[to.Width * channels]);
    }

    /// <summary>Fills an image of the new size.</summary>
    public void Apply(ReadOnlySpan<byte> source, Span<byte> target)
    {
        if (_from == _to)
        {
            source.CopyTo(target);
        }
        else if (_blockWidth > 0)
        {
            MeanOfBlocks(source, target);
        }
        else if (_columns.Length > 0)
        {
            MeanOfAreas(source, target);
        }
        else
        {
            Interpolate(source, target);
        }
    }

    // OpenCV: computeResizeAreaTab.
    private static Weight[] Weights(int from, int to, double scale)
    {
        var weights = new List<Weight>();
        for (var target = 0; target < to; target++)
        {
            var start = target * scale;
            var end = start + scale;
            var cell = Math.Min(scale, from - start);
            var last = Math.Min((int)Math.Floor(end), from - 1);
            var first = Math.Min((int)Math.Ceiling(start), last);
            if (first - start > LeastOverlap)
            {
                weights.Add(new Weight(target, first - 1, (float)((first - start) / cell)));
            }

            for (var source = first; source < last; source++)
            {
                weights.Add(new Weight(target, source, (float)(1.0 / cell)));
            }

            if (end - last > LeastOverlap)
            {
                weights.Add(new Weight(target, last, (float)(Math.Min(Math.Min(end - last, 1.0), cell) / cell)));
            }
        }

        return [.. weights];
    }

    private static Pair[] Pairs(int from, int to, double scale, double inverse)
    {
        var pairs = new Pair[to];
        for (var target = 0; target < to; target++)
        {
            var source = (int)Math.Floor(target * scale);
            var fraction = (float)(target + 1 - ((source + 1) * inverse));
            fraction = fraction <= 0 ? 0f : fraction - MathF.Floor(fraction);
            if (source >= from - 1)
            {
                (source, fraction) = (from - 1, 0f);
            }

            pairs[target] = new Pair(
                source, Math.Min(source + 1, from - 1), (int)MathF.Round((1f - fraction) * LinearScale), (int)MathF.Round(fraction * LinearScale));
        }

        return pairs;
    }

    private static byte Saturate(float value) => (byte)Math.Clamp(MathF.Round(value), 0f, 255f);

    private void MeanOfBlocks(ReadOnlySpan<byte> source, Span<byte> target)
    {
        // Blocks of four have a path of their own in OpenCV, which rounds halves up.
        var roundsUp = _blockWidth == 2 && _blockHeight == 2 && _channels is 1 or 3 or 4;
        var scale = 1f / (_blockWidth * _blockHeight);
        var stride = _from.Width * _channels;
        var at = 0;
        for (var y = 0; y < _to.Height; y++)
        {
            for (var x = 0; x < _to.Width; x++)
            {
                for (var channel = 0; channel < _channels; channel++)
                {
                    var sum = 0;
                    for (var row = 0; row < _blockHeight; row++)
                    {
                        var start = (((y * _blockHeight) + row) * stride) + (x * _blockWidth * _channels) + channel;
                        for (var column = 0; column < _blockWidth; column++)
                        {
                            sum += source[start + (column * _channels)];
                        }
                    }

                    target[at++] = roundsUp ? (byte)((sum + 2) >> 2) : Saturate(sum * scale);
                }
            }
        }
    }

    private void MeanOfAreas(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var (stride, length) = (_from.Width * _channels, _line.Length);
        for (var i = 0; i < _rows.Length; i++)
        {
            var row = _rows[i];
            SumColumns(source.Slice(row.Source * stride, stride));
            if (i == 0 || _rows[i - 1].Target != row.Target)
            {
                Array.Clear(_sum);
            }

            AddScaled(_line, row.Factor, _sum);
            if (i == _rows.Length - 1 || _rows[i + 1].Target != row.Target)
            {
                for (var x = 0; x < length; x++)
                {
                    target[(row.Target * length) + x] = Saturate(_sum[x]);
                }
            }
        }
    }

    private void SumColumns(ReadOnlySpan<byte> source)
    {
        Array.Clear(_line);
        if (_channels == 1)
        {
            foreach (var (at, from, factor) in _columns)
            {
                _line[at] += source[from] * factor;
            }

            return;
        }

        foreach (var (at, from, factor) in _columns)
        {
            for (var channel = 0; channel < _channels; channel++)
            {
                _line[(at * _channels) + channel] += source[(from * _channels) + channel] * factor;
            }
        }
    }

    private static void AddScaled(ReadOnlySpan<float> line, float factor, Span<float> sum)
    {
        var i = 0;
        for (; i <= line.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(sum[i..]) + (new Vector<float>(line[i..]) * factor)).CopyTo(sum[i..]);
        }

        for (; i < line.Length; i++)
        {
            sum[i] += line[i] * factor;
        }
    }

    private void Interpolate(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var stride = _from.Width * _channels;
        var at = 0;
        foreach (var row in _rowPairs)
        {
            InterpolateLine(source.Slice(row.First * stride, stride), _above);
            InterpolateLine(source.Slice(row.Second * stride, stride), _below);
            for (var x = 0; x < _above.Length; x++)
            {
                var sum = ((row.FirstFactor * (_above[x] >> 4)) >> 16) + ((row.SecondFactor * (_below[x] >> 4)) >> 16);
                target[at++] = (byte)((sum + 2) >> 2);
            }
        }
    }

    private void InterpolateLine(ReadOnlySpan<byte> source, Span<int> line)
    {
        var at = 0;
        foreach (var (first, second, firstFactor, secondFactor) in _columnPairs)
        {
            for (var channel = 0; channel < _channels; channel++)
            {
                line[at++] = (source[(first * _channels) + channel] * firstFactor) + (source[(second * _channels) + channel] * secondFactor);
            }
        }
    }

    private readonly record struct Weight(int Target, int Source, float Factor);

    private readonly record struct Pair(int First, int Second, int FirstFactor, int SecondFactor);
}
