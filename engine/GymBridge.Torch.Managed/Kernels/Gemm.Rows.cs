using System.Runtime.CompilerServices;

namespace GymBridge.Torch.Managed;

/// <content>The inner loops: 6, 4, 2 or 1 rows of the result by one packed panel, unrolled by hand so that the sums stay in registers.</content>
internal static unsafe partial class Gemm
{
    /// <summary>6 rows by two vectors of columns over <paramref name="k"/> steps, from zero or from c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows6<S, V, T>(long k, T* a, long* rows, long* steps, T* b, T* c, long ldc, bool first, T* bias)
        where S : struct, ISimd<V, T>
        where T : unmanaged
    {
        V x0, y0, x1, y1, x2, y2, x3, y3, x4, y4, x5, y5;
        if (first)
        {
            x0 = y0 = x1 = y1 = x2 = y2 = x3 = y3 = x4 = y4 = x5 = y5 = S.Set(default);
        }
        else
        {
            x0 = S.Load(c);
            y0 = S.Load(c + S.Width);
            x1 = S.Load(c + ldc);
            y1 = S.Load(c + ldc + S.Width);
            x2 = S.Load(c + (2 * ldc));
            y2 = S.Load(c + (2 * ldc) + S.Width);
            x3 = S.Load(c + (3 * ldc));
            y3 = S.Load(c + (3 * ldc) + S.Width);
            x4 = S.Load(c + (4 * ldc));
            y4 = S.Load(c + (4 * ldc) + S.Width);
            x5 = S.Load(c + (5 * ldc));
            y5 = S.Load(c + (5 * ldc) + S.Width);
        }
        var a0 = a + rows[0];
        var a1 = a + rows[1];
        var a2 = a + rows[2];
        var a3 = a + rows[3];
        var a4 = a + rows[4];
        var a5 = a + rows[5];
        for (long p = 0; p < k; p++)
        {
            var u = S.Load(b);
            var v = S.Load(b + S.Width);
            b += 2 * S.Width;
            var d = steps[p];
            V s;
            s = S.Set(a0[d]);
            x0 = S.Fma(s, u, x0);
            y0 = S.Fma(s, v, y0);
            s = S.Set(a1[d]);
            x1 = S.Fma(s, u, x1);
            y1 = S.Fma(s, v, y1);
            s = S.Set(a2[d]);
            x2 = S.Fma(s, u, x2);
            y2 = S.Fma(s, v, y2);
            s = S.Set(a3[d]);
            x3 = S.Fma(s, u, x3);
            y3 = S.Fma(s, v, y3);
            s = S.Set(a4[d]);
            x4 = S.Fma(s, u, x4);
            y4 = S.Fma(s, v, y4);
            s = S.Set(a5[d]);
            x5 = S.Fma(s, u, x5);
            y5 = S.Fma(s, v, y5);
        }
        if (bias != null)
        {
            var u = S.Load(bias);
            var v = S.Load(bias + S.Width);
            x0 = S.Add(x0, u);
            y0 = S.Add(y0, v);
            x1 = S.Add(x1, u);
            y1 = S.Add(y1, v);
            x2 = S.Add(x2, u);
            y2 = S.Add(y2, v);
            x3 = S.Add(x3, u);
            y3 = S.Add(y3, v);
            x4 = S.Add(x4, u);
            y4 = S.Add(y4, v);
            x5 = S.Add(x5, u);
            y5 = S.Add(y5, v);
        }
        S.Store(c, x0);
        S.Store(c + S.Width, y0);
        S.Store(c + ldc, x1);
        S.Store(c + ldc + S.Width, y1);
        S.Store(c + (2 * ldc), x2);
        S.Store(c + (2 * ldc) + S.Width, y2);
        S.Store(c + (3 * ldc), x3);
        S.Store(c + (3 * ldc) + S.Width, y3);
        S.Store(c + (4 * ldc), x4);
        S.Store(c + (4 * ldc) + S.Width, y4);
        S.Store(c + (5 * ldc), x5);
        S.Store(c + (5 * ldc) + S.Width, y5);
    }

    /// <summary>4 rows by two vectors of columns over <paramref name="k"/> steps, from zero or from c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4<S, V, T>(long k, T* a, long* rows, long* steps, T* b, T* c, long ldc, bool first, T* bias)
        where S : struct, ISimd<V, T>
        where T : unmanaged
    {
        V x0, y0, x1, y1, x2, y2, x3, y3;
        if (first)
        {
            x0 = y0 = x1 = y1 = x2 = y2 = x3 = y3 = S.Set(default);
        }
        else
        {
            x0 = S.Load(c);
            y0 = S.Load(c + S.Width);
            x1 = S.Load(c + ldc);
            y1 = S.Load(c + ldc + S.Width);
            x2 = S.Load(c + (2 * ldc));
            y2 = S.Load(c + (2 * ldc) + S.Width);
            x3 = S.Load(c + (3 * ldc));
            y3 = S.Load(c + (3 * ldc) + S.Width);
        }
        var a0 = a + rows[0];
        var a1 = a + rows[1];
        var a2 = a + rows[2];
        var a3 = a + rows[3];
        for (long p = 0; p < k; p++)
        {
            var u = S.Load(b);
            var v = S.Load(b + S.Width);
            b += 2 * S.Width;
            var d = steps[p];
            V s;
            s = S.Set(a0[d]);
            x0 = S.Fma(s, u, x0);
            y0 = S.Fma(s, v, y0);
            s = S.Set(a1[d]);
            x1 = S.Fma(s, u, x1);
            y1 = S.Fma(s, v, y1);
            s = S.Set(a2[d]);
            x2 = S.Fma(s, u, x2);
            y2 = S.Fma(s, v, y2);
            s = S.Set(a3[d]);
            x3 = S.Fma(s, u, x3);
            y3 = S.Fma(s, v, y3);
        }
        if (bias != null)
        {
            var u = S.Load(bias);
            var v = S.Load(bias + S.Width);
            x0 = S.Add(x0, u);
            y0 = S.Add(y0, v);
            x1 = S.Add(x1, u);
            y1 = S.Add(y1, v);
            x2 = S.Add(x2, u);
            y2 = S.Add(y2, v);
            x3 = S.Add(x3, u);
            y3 = S.Add(y3, v);
        }
        S.Store(c, x0);
        S.Store(c + S.Width, y0);
        S.Store(c + ldc, x1);
        S.Store(c + ldc + S.Width, y1);
        S.Store(c + (2 * ldc), x2);
        S.Store(c + (2 * ldc) + S.Width, y2);
        S.Store(c + (3 * ldc), x3);
        S.Store(c + (3 * ldc) + S.Width, y3);
    }

    /// <summary>2 rows by two vectors of columns over <paramref name="k"/> steps, from zero or from c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2<S, V, T>(long k, T* a, long* rows, long* steps, T* b, T* c, long ldc, bool first, T* bias)
        where S : struct, ISimd<V, T>
        where T : unmanaged
    {
        V x0, y0, x1, y1;
        if (first)
        {
            x0 = y0 = x1 = y1 = S.Set(default);
        }
        else
        {
            x0 = S.Load(c);
            y0 = S.Load(c + S.Width);
            x1 = S.Load(c + ldc);
            y1 = S.Load(c + ldc + S.Width);
        }
        var a0 = a + rows[0];
        var a1 = a + rows[1];
        for (long p = 0; p < k; p++)
        {
            var u = S.Load(b);
            var v = S.Load(b + S.Width);
            b += 2 * S.Width;
            var d = steps[p];
            V s;
            s = S.Set(a0[d]);
            x0 = S.Fma(s, u, x0);
            y0 = S.Fma(s, v, y0);
            s = S.Set(a1[d]);
            x1 = S.Fma(s, u, x1);
            y1 = S.Fma(s, v, y1);
        }
        if (bias != null)
        {
            var u = S.Load(bias);
            var v = S.Load(bias + S.Width);
            x0 = S.Add(x0, u);
            y0 = S.Add(y0, v);
            x1 = S.Add(x1, u);
            y1 = S.Add(y1, v);
        }
        S.Store(c, x0);
        S.Store(c + S.Width, y0);
        S.Store(c + ldc, x1);
        S.Store(c + ldc + S.Width, y1);
    }

    /// <summary>1 row by two vectors of columns over <paramref name="k"/> steps, from zero or from c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1<S, V, T>(long k, T* a, long* steps, T* b, T* c, bool first, T* bias)
        where S : struct, ISimd<V, T>
        where T : unmanaged
    {
        V x0;
        V y0;
        if (first)
        {
            x0 = y0 = S.Set(default);
        }
        else
        {
            x0 = S.Load(c);
            y0 = S.Load(c + S.Width);
        }
        for (long p = 0; p < k; p++)
        {
            var u = S.Load(b);
            var v = S.Load(b + S.Width);
            b += 2 * S.Width;
            var s = S.Set(a[steps[p]]);
            x0 = S.Fma(s, u, x0);
            y0 = S.Fma(s, v, y0);
        }
        if (bias != null)
        {
            var u = S.Load(bias);
            var v = S.Load(bias + S.Width);
            x0 = S.Add(x0, u);
            y0 = S.Add(y0, v);
        }
        S.Store(c, x0);
        S.Store(c + S.Width, y0);
    }
}
