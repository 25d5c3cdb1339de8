using System.Numerics;

namespace TorchSharp.Engine;

/// <summary>What a two-dimensional convolution moves over.</summary>
internal readonly record struct ConvShape(long N, long C, long H, long W, long O, long KH, long KW, long OH, long OW, long SH, long SW, long PH, long PW, long DH, long DW, long Groups)
{
    public long Patch => C / Groups * KH * KW;

    public long Points => OH * OW;
}

/// <summary>Convolution as a matrix product with the patches of one image at a time ([channels * kernel, points]); threads over images.</summary>
internal static unsafe class ConvKernel
{
    [ThreadStatic]
    private static Scratch? _scratch;

    public static void Forward<T>(T* x, T* w, T* y, ConvShape s)
        where T : unmanaged, INumber<T> => Threads.Run((int)s.N, i =>
    {
        var columns = Columns<T>(s, 0);
        for (long g = 0; g < s.Groups; g++)
        {
            ToColumns(x + (((i * s.C) + (g * s.C / s.Groups)) * s.H * s.W), columns, s);
            var o = s.O / s.Groups;
            Gemm.Run(o, s.Points, s.Patch, w + (g * o * s.Patch), s.Patch, 1, columns, s.Points, 1, y + (((i * s.O) + (g * o)) * s.Points), s.Points);
        }
    });

    /// <summary>The gradient of the input; also a transposed convolution.</summary>
    public static void BackwardInput<T>(T* dy, T* w, T* dx, ConvShape s)
        where T : unmanaged, INumber<T>
    {
        new Span<byte>(dx, checked((int)(s.N * s.C * s.H * s.W * sizeof(T)))).Clear();
        Threads.Run((int)s.N, i =>
        {
            var columns = Columns<T>(s, 0);
            for (long g = 0; g < s.Groups; g++)
            {
                var o = s.O / s.Groups;
                Gemm.Run(s.Patch, s.Points, o, w + (g * o * s.Patch), 1, s.Patch, dy + (((i * s.O) + (g * o)) * s.Points), s.Points, 1, columns, s.Points);
                FromColumns(columns, dx + (((i * s.C) + (g * s.C / s.Groups)) * s.H * s.W), s);
            }
        });
    }

    /// <summary>The gradient of the weight: one chain over all points of all images, in order.</summary>
    public static void BackwardWeight<T>(T* x, T* dy, T* dw, ConvShape s)
        where T : unmanaged, INumber<T>
    {
        var columns = Columns<T>(s, 1);
        for (long i = 0; i < s.N; i++)
        {
            for (long g = 0; g < s.Groups; g++)
            {
                var o = s.O / s.Groups;
                ToColumns(x + (((i * s.C) + (g * s.C / s.Groups)) * s.H * s.W), columns, s);
                Gemm.Run(o, s.Patch, s.Points, dy + (((i * s.O) + (g * o)) * s.Points), s.Points, 1, columns, 1, s.Points, dw + (g * o * s.Patch), s.Patch, null, accumulate: i > 0);
            }
        }
    }

    private static T* Columns<T>(ConvShape s, int slot)
        where T : unmanaged => (T*)(_scratch ??= new Scratch()).Get(slot, Math.Max(1, s.Patch * s.Points) * sizeof(T));

    private static void ToColumns<T>(T* x, T* columns, ConvShape s)
        where T : unmanaged
    {
        for (long c = 0; c < s.C / s.Groups; c++, x += s.H * s.W)
        {
            for (long kh = 0; kh < s.KH; kh++)
            {
                for (long kw = 0; kw < s.KW; kw++)
                {
                    for (long oh = 0; oh < s.OH; oh++, columns += s.OW)
                    {
                        var h = (oh * s.SH) - s.PH + (kh * s.DH);
                        if (h < 0 || h >= s.H)
                        {
                            new Span<T>(columns, (int)s.OW).Clear();
                            continue;
                        }
                        var row = x + (h * s.W);
                        var w = (kw * s.DW) - s.PW;
                        if (w >= 0 && w + ((s.OW - 1) * s.SW) < s.W)
                        {
                            row += w;
                            for (long ow = 0; ow < s.OW; ow++)
                                columns[ow] = row[ow * s.SW];
                            continue;
                        }
                        for (long ow = 0; ow < s.OW; ow++, w += s.SW)
                            columns[ow] = w >= 0 && w < s.W ? row[w] : default;
                    }
                }
            }
        }
    }

    private static void FromColumns<T>(T* columns, T* x, ConvShape s)
        where T : unmanaged, INumber<T>
    {
        for (long c = 0; c < s.C / s.Groups; c++, x += s.H * s.W)
        {
            for (long kh = 0; kh < s.KH; kh++)
            {
                for (long kw = 0; kw < s.KW; kw++)
                {
                    for (long oh = 0; oh < s.OH; oh++, columns += s.OW)
                    {
                        var h = (oh * s.SH) - s.PH + (kh * s.DH);
                        if (h < 0 || h >= s.H)
                            continue;
                        var row = x + (h * s.W);
                        var w = (kw * s.DW) - s.PW;
                        for (long ow = 0; ow < s.OW; ow++, w += s.SW)
                        {
                            if (w >= 0 && w < s.W)
                                row[w] += columns[ow];
                        }
                    }
                }
            }
        }
    }
}
