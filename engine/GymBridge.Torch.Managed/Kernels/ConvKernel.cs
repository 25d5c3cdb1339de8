using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GymBridge.Torch.Managed;

/// <summary>What a two-dimensional convolution moves over.</summary>
internal readonly record struct ConvShape(
    long N, long C, long H, long W, long O, long KH, long KW, long OH, long OW, long SH, long SW, long PH, long PW, long DH, long DW, long Groups)
{
    public long Patch => C / Groups * KH * KW;

    public long Points => OH * OW;

    public long PaddedWidth => W + (2 * PW);

    /// <summary>Elements of one channel with its padding.</summary>
    public long Plane => (H + (2 * PH)) * PaddedWidth;

    /// <summary>Elements of the channels of one group with their padding.</summary>
    public long GroupPlanes => C / Groups * Plane;
}

/// <summary>
/// Convolution as a matrix product with the patches of one image at a time, which are read where they lie in the (padded) image: the element
/// of point p and patch position q is at points[p] + patch[q]. Channels of the result are the lanes.
/// </summary>
internal static unsafe class ConvKernel
{
    private const int Slack = 4; // what a vector at the end of a run may reach beyond it

    [ThreadStatic]
    private static Scratch? _scratch;

    private static Scratch Memory => _scratch ??= new Scratch();

    public static void Forward<T>(T* x, T* w, T* bias, T* y, ConvShape s)
        where T : unmanaged, INumber<T>
    {
        var o = s.O / s.Groups;
        var size = Gemm.PackedSize(s.Patch, o);
        var packed = (T*)Memory.Get(0, s.Groups * size * sizeof(T));
        for (long g = 0; g < s.Groups; g++)
            Gemm.Pack(s.Patch, o, w + (g * o * s.Patch), 1, s.Patch, packed + (g * size));
        var at = OffsetsOf(s);
        Threads.Run((int)s.N, s.O * s.Patch * s.Points, i =>
        {
            var image = Pad(x + (i * s.C * s.H * s.W), s);
            var rows = (T*)Memory.Get(3, s.Points * o * sizeof(T));
            for (long g = 0; g < s.Groups; g++)
            {
                Gemm.RunPacked(
                    s.Points, o, s.Patch, image + (g * s.GroupPlanes), at.Points, at.Patch, packed + (g * size), rows, o,
                    bias == null ? null : bias + (g * o), accumulate: false);
                Transpose(rows, s.Points, o, y + (((i * s.O) + (g * o)) * s.Points));
            }
        });
    }

    /// <summary>The gradient of the input; also a transposed convolution.</summary>
    public static void BackwardInput<T>(T* dy, T* w, T* dx, ConvShape s)
        where T : unmanaged, INumber<T>
    {
        var o = s.O / s.Groups;
        var size = Gemm.PackedSize(o, s.Patch);
        var packed = (T*)Memory.Get(0, s.Groups * size * sizeof(T));
        for (long g = 0; g < s.Groups; g++)
            Gemm.Pack(o, s.Patch, w + (g * o * s.Patch), s.Patch, 1, packed + (g * size));
        var at = OffsetsOf(s);
        var rows = (long*)Memory.Get(4, (s.Points + o) * sizeof(long));
        var steps = rows + s.Points;
        for (long p = 0; p < s.Points; p++)
            rows[p] = p;
        for (long c = 0; c < o; c++)
            steps[c] = c * s.Points;
        Threads.Run((int)s.N, s.O * s.Patch * s.Points, i =>
        {
            var image = (T*)Memory.Get(2, ((s.C * s.Plane) + Slack) * sizeof(T));
            new Span<byte>(image, checked((int)(s.C * s.Plane * sizeof(T)))).Clear();
            var columns = (T*)Memory.Get(3, ((s.Points * s.Patch) + Slack) * sizeof(T));
            for (long g = 0; g < s.Groups; g++)
            {
                Gemm.RunPacked(
                    s.Points, s.Patch, o, dy + (((i * s.O) + (g * o)) * s.Points), rows, steps, packed + (g * size), columns, s.Patch, null, accumulate: false);
                FromColumns(columns, image + (g * s.GroupPlanes), at.Points, at.Patch, s);
            }
            CopyPlanes(image + (s.PH * s.PaddedWidth) + s.PW, s.PaddedWidth, s.Plane, dx + (i * s.C * s.H * s.W), s.W, s.H * s.W, s);
        });
    }

    /// <summary>The gradient of the weight: one chain over all points of all images, in order. Threads over patch positions.</summary>
    public static void BackwardWeight<T>(T* x, T* dy, T* dw, ConvShape s)
        where T : unmanaged, INumber<T>
    {
        var o = s.O / s.Groups;
        var columns = (T*)Memory.Get(0, s.Groups * s.Patch * o * sizeof(T));
        var at = OffsetsOf(s);
        var parts = (int)Math.Min(Threads.Available, (s.Patch + 5) / 6);
        var rows = Threads.Share(s.Patch, parts, 6);
        Threads.Run((int)((s.Patch + rows - 1) / rows), s.N * s.O * rows * s.Points, part =>
        {
            var start = part * rows;
            var count = Math.Min(rows, s.Patch - start);
            var packed = (T*)Memory.Get(3, Gemm.PackedSize(s.Points, o) * sizeof(T));
            for (long i = 0; i < s.N; i++)
            {
                var image = Pad(x + (i * s.C * s.H * s.W), s);
                for (long g = 0; g < s.Groups; g++)
                {
                    Gemm.Pack(s.Points, o, dy + (((i * s.O) + (g * o)) * s.Points), 1, s.Points, packed);
                    Gemm.RunPacked(
                        count, o, s.Points, image + (g * s.GroupPlanes), at.Patch + start, at.Points, packed,
                        columns + (((g * s.Patch) + start) * o), o, null, accumulate: i > 0);
                }
            }
        });
        for (long g = 0; g < s.Groups && s.N > 0; g++)
            Transpose(columns + (g * s.Patch * o), s.Patch, o, dw + (g * o * s.Patch));
    }

    /// <summary>Where the points of the result and the positions of a patch lie in a padded image.</summary>
    private static Offsets OffsetsOf(ConvShape s)
    {
        var points = (long*)Memory.Get(1, (s.Points + s.Patch) * sizeof(long));
        var patch = points + s.Points;
        long i = 0;
        for (long oh = 0; oh < s.OH; oh++)
            for (long ow = 0; ow < s.OW; ow++)
                points[i++] = (oh * s.SH * s.PaddedWidth) + (ow * s.SW);
        i = 0;
        for (long c = 0; c < s.C / s.Groups; c++)
            for (long kh = 0; kh < s.KH; kh++)
                for (long kw = 0; kw < s.KW; kw++)
                    patch[i++] = (c * s.Plane) + (kh * s.DH * s.PaddedWidth) + (kw * s.DW);
        return new Offsets { Points = points, Patch = patch };
    }

    private static T* Pad<T>(T* x, ConvShape s)
        where T : unmanaged
    {
        if (s.PH == 0 && s.PW == 0)
            return x;
        var image = (T*)Memory.Get(2, s.C * s.Plane * sizeof(T));
        new Span<byte>(image, checked((int)(s.C * s.Plane * sizeof(T)))).Clear();
        CopyPlanes(x, s.W, s.H * s.W, image + (s.PH * s.PaddedWidth) + s.PW, s.PaddedWidth, s.Plane, s);
        return image;
    }

    private static void CopyPlanes<T>(T* from, long fromRow, long fromPlane, T* to, long toRow, long toPlane, ConvShape s)
        where T : unmanaged
    {
        for (long c = 0; c < s.C; c++)
        {
            if (fromRow == toRow)
            {
                new Span<T>(from + (c * fromPlane), (int)(s.H * s.W)).CopyTo(new Span<T>(to + (c * toPlane), (int)(s.H * s.W)));
                continue;
            }
            for (long h = 0; h < s.H; h++)
                new Span<T>(from + (c * fromPlane) + (h * fromRow), (int)s.W).CopyTo(new Span<T>(to + (c * toPlane) + (h * toRow), (int)s.W));
        }
    }

    /// <summary>[m, n] to [n, m].</summary>
    private static void Transpose<T>(T* from, long m, long n, T* to)
        where T : unmanaged
    {
        long i = 0;
        if (typeof(T) == typeof(float))
        {
            for (; i <= m - 4; i += 4)
                Gemm.Transpose4((float*)from + (i * n), n, (float*)to + i, m, n);
        }
        for (; i < m; i++)
            for (long j = 0; j < n; j++)
                to[(j * m) + i] = from[(i * n) + j];
    }

    /// <summary>
    /// Adds each point's patch to the image it came from. An element of the image gets its summands in the order of the patch's positions,
    /// which is that of the points from last to first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FromColumns<T>(T* columns, T* image, long* points, long* patch, ConvShape s)
        where T : unmanaged, INumber<T>
    {
        var runs = s.Patch / s.KW;
        for (var p = s.Points - 1; p >= 0; p--)
        {
            var from = columns + (p * s.Patch);
            var to = image + points[p];
            if (typeof(T) == typeof(float) && s.DW == 1)
            {
                AddRuns((float*)from, (float*)to, patch, runs, s.KW);
                continue;
            }
            for (long q = 0; q < s.Patch; q++)
                to[patch[q]] += from[q];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRuns(float* from, float* to, long* patch, long runs, long width)
    {
        var rest = width & 3;
        var kept = Vector128.LessThan(Vector128<int>.Indices, Vector128.Create((int)rest)).AsSingle();
        for (long r = 0; r < runs; r++)
        {
            var x = to + patch[r * width];
            long j = 0;
            for (; j <= width - 4; j += 4)
                Vector128.Store(Vector128.Load(x + j) + Vector128.Load(from + j), x + j);
            // Adding -0 changes nothing, whatever it is added to.
            if (rest != 0)
                Vector128.Store(Vector128.Load(x + j) + Vector128.ConditionalSelect(kept, Vector128.Load(from + j), Vector128.Create(-0f)), x + j);
            from += width;
        }
    }

    private struct Offsets
    {
        public long* Points;
        public long* Patch;
    }
}
