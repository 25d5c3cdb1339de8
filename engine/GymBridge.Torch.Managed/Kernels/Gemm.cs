using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace GymBridge.Torch.Managed;

/// <summary>
/// Matrix products. Every element of the result is one chain of fused multiply-adds over k in order, starting at zero; vector lanes,
/// blocking and threads only decide which elements are computed together, so none of them changes a bit.
/// </summary>
internal static unsafe class Gemm
{
    private const int DepthBlock = 192;
    private const int WidestPanel = 32;

    [ThreadStatic]
    private static Scratch? _scratch;

    /// <summary>c[m, n] = a[m, k] b[k, n] (+ bias[n]); each operand with a stride for its rows and one for its columns, c row-major.</summary>
    public static void Run<T>(long m, long n, long k, T* a, long aRow, long aColumn, T* b, long bRow, long bColumn, T* c, long ldc, T* bias = null)
        where T : unmanaged, INumber<T>
    {
        if (m == 0 || n == 0)
            return;
        var parts = Threads.Parts((m * n * k) + (Threads.NumberWork * m * (n + k)));
        if (parts == 1)
            Block(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, ldc, bias);
        else if (k > 4 * m && n > WidestPanel)
            Columns(parts, m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, ldc, bias);
        else
            Rows(parts, m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, ldc, bias);
    }

    private static void Rows<T>(
        int parts, long m, long n, long k, T* a, long aRow, long aColumn, T* b, long bRow, long bColumn, T* c, long ldc, T* bias)
        where T : unmanaged, INumber<T>
    {
        var rows = Threads.Share(m, parts, IsNarrow(m, n) ? WidestPanel : 6);
        Threads.Run((int)((m + rows - 1) / rows), part =>
        {
            var start = part * rows;
            Block(Math.Min(rows, m - start), n, k, a + (start * aRow), aRow, aColumn, b, bRow, bColumn, c + (start * ldc), ldc, bias);
        });
    }

    /// <summary>Of few rows and long sums, as the gradient of weights has, b is most of the work: each part packs its own columns of it.</summary>
    private static void Columns<T>(
        int parts, long m, long n, long k, T* a, long aRow, long aColumn, T* b, long bRow, long bColumn, T* c, long ldc, T* bias)
        where T : unmanaged, INumber<T>
    {
        var columns = Threads.Share(n, parts, WidestPanel);
        Threads.Run((int)((n + columns - 1) / columns), part =>
        {
            var start = part * columns;
            var own = bias == null ? null : bias + start;
            Block(m, Math.Min(columns, n - start), k, a, aRow, aColumn, b + (start * bColumn), bRow, bColumn, c + start, ldc, own);
        });
    }

    /// <summary>Elements that <see cref="Pack"/> writes for b[k, n], at most.</summary>
    public static long PackedSize(long k, long n) => (n + WidestPanel - 1) / WidestPanel * WidestPanel * k;

    /// <summary>b[k, n] as panels of columns, for <see cref="RunPacked"/>; float32 or float64.</summary>
    public static void Pack<T>(long k, long n, T* b, long bRow, long bColumn, T* packed)
        where T : unmanaged => Dispatch<PackWork, T>(n, new() { K = k, N = n, B = b, BRow = bRow, BColumn = bColumn, Packed = packed });

    /// <summary>
    /// c[m, n] = a[m, k] b[k, n] (+ bias[n]) on this thread, or the chains in c continued. Element (i, p) of a is at rows[i] + steps[p], which
    /// lets the patches of an image be a matrix where they lie; b is packed.
    /// </summary>
    public static void RunPacked<T>(long m, long n, long k, T* a, long* rows, long* steps, T* packed, T* c, long ldc, T* bias, bool accumulate)
        where T : unmanaged =>
            Dispatch<PackedWork, T>(
                n, new() { M = m, N = n, K = k, A = a, Rows = rows, Steps = steps, Packed = packed, C = c, Ldc = ldc, Bias = bias, Accumulate = accumulate });

    /// <summary>Four rows of <paramref name="depth"/> floats become four columns of <paramref name="to"/>, whose rows are <paramref name="panel"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose4(float* from, long stride, float* to, long panel, long depth)
    {
        long p = 0;
        for (; p <= depth - 4; p += 4)
        {
            var r0 = Vector128.Load(from + p);
            var r1 = Vector128.Load(from + stride + p);
            var r2 = Vector128.Load(from + (2 * stride) + p);
            var r3 = Vector128.Load(from + (3 * stride) + p);
            var low01 = Low(r0, r1);
            var high01 = High(r0, r1);
            var low23 = Low(r2, r3);
            var high23 = High(r2, r3);
            Vector128.Store(Pair(low01, low23), to + (p * panel));
            Vector128.Store(OtherPair(low01, low23), to + ((p + 1) * panel));
            Vector128.Store(Pair(high01, high23), to + ((p + 2) * panel));
            Vector128.Store(OtherPair(high01, high23), to + ((p + 3) * panel));
        }
        for (; p < depth; p++)
        {
            var row = to + (p * panel);
            row[0] = from[p];
            row[1] = from[stride + p];
            row[2] = from[(2 * stride) + p];
            row[3] = from[(3 * stride) + p];
        }
    }

    private static void Block<T>(long m, long n, long k, T* a, long aRow, long aColumn, T* b, long bRow, long bColumn, T* c, long ldc, T* bias)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
        {
            if (IsNarrow(m, n))
            {
                Narrow(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, ldc, bias);
                return;
            }
            Dispatch<StridedWork, T>(
                n, new() { M = m, N = n, K = k, A = a, ARow = aRow, AColumn = aColumn, B = b, BRow = bRow, BColumn = bColumn, C = c, Ldc = ldc, Bias = bias });
            return;
        }
        for (long i = 0; i < m; i++)
        {
            for (long j = 0; j < n; j++)
            {
                var sum = T.Zero;
                for (long p = 0; p < k; p++)
                    sum += a[(i * aRow) + (p * aColumn)] * b[(p * bRow) + (j * bColumn)];
                c[(i * ldc) + j] = bias == null ? sum : sum + bias[j];
            }
        }
    }

    private static bool IsNarrow(long m, long n) => n <= 4 && m >= 16;

    /// <summary>A few columns (actions, a value) would leave most lanes empty: rows and columns change places.</summary>
    private static void Narrow<T>(long m, long n, long k, T* a, long aRow, long aColumn, T* b, long bRow, long bColumn, T* c, long ldc, T* bias)
        where T : unmanaged, INumber<T>
    {
        var transposed = (T*)(_scratch ??= new Scratch()).Get(2, m * n * sizeof(T));
        Dispatch<StridedWork, T>(
            m, new() { M = n, N = m, K = k, A = b, ARow = bColumn, AColumn = bRow, B = a, BRow = aColumn, BColumn = aRow, C = transposed, Ldc = m });
        for (long i = 0; i < m; i++)
            for (long j = 0; j < n; j++)
                c[(i * ldc) + j] = bias == null ? transposed[(j * m) + i] : transposed[(j * m) + i] + bias[j];
    }

    /// <summary>The widest vectors of which a panel of two is not mostly empty.</summary>
    private static void Dispatch<TWork, T>(long n, in TWork work)
        where TWork : struct, IWork
    {
        if (typeof(T) == typeof(float))
        {
            if (n > 16 && Vector512.IsHardwareAccelerated)
                work.Run<F32x16, Vector512<float>, float>();
            else if (n > 8 && Vector256.IsHardwareAccelerated)
                work.Run<F32x8, Vector256<float>, float>();
            else
                work.Run<F32x4, Vector128<float>, float>();
        }
        else
        {
            if (n > 8 && Vector512.IsHardwareAccelerated)
                work.Run<F64x8, Vector512<double>, double>();
            else if (n > 4 && Vector256.IsHardwareAccelerated)
                work.Run<F64x4, Vector256<double>, double>();
            else
                work.Run<F64x2, Vector128<double>, double>();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strided<S, V, T>(in StridedWork w)
        where S : struct, ISimd<V, T>
        where T : unmanaged
    {
        var panel = 2 * S.Width;
        var scratch = _scratch ??= new Scratch();
        var packed = (T*)scratch.Get(0, DepthBlock * panel * sizeof(T));
        var rows = (long*)scratch.Get(1, (w.M + DepthBlock) * sizeof(long));
        var steps = rows + w.M;
        for (long i = 0; i < w.M; i++)
            rows[i] = i * w.ARow;
        for (long p = 0; p < Math.Min(w.K, DepthBlock); p++)
            steps[p] = p * w.AColumn;
        var a = (T*)w.A;
        var b = (T*)w.B;
        var c = (T*)w.C;
        if (w.K == 0)
            Clear<S, V, T>(c, w.M, w.N, w.Ldc, (T*)w.Bias);
        var bias = Padded((T*)w.Bias, w.N, scratch);
        for (long p0 = 0; p0 < w.K; p0 += DepthBlock)
        {
            var depth = Math.Min(DepthBlock, w.K - p0);
            var last = bias != null && p0 + depth == w.K;
            for (long j = 0; j < w.N; j += panel)
            {
                var width = Math.Min(panel, w.N - j);
                PackPanel<S, V, T>(b + (p0 * w.BRow) + (j * w.BColumn), w.BRow, w.BColumn, depth, width, packed);
                Panel<S, V, T>(w.M, width, depth, a + (p0 * w.AColumn), rows, steps, packed, c + j, w.Ldc, p0 == 0, last ? bias + j : null);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Packed<S, V, T>(in PackedWork w)
        where S : struct, ISimd<V, T>
        where T : unmanaged
    {
        var panel = 2 * S.Width;
        var c = (T*)w.C;
        if (w.K == 0 && !w.Accumulate)
            Clear<S, V, T>(c, w.M, w.N, w.Ldc, (T*)w.Bias);
        var bias = Padded((T*)w.Bias, w.N, _scratch ??= new Scratch());
        for (long p0 = 0; p0 < w.K; p0 += DepthBlock)
        {
            var depth = Math.Min(DepthBlock, w.K - p0);
            var last = bias != null && p0 + depth == w.K;
            for (long j = 0; j < w.N; j += panel)
                Panel<S, V, T>(
                    w.M, Math.Min(panel, w.N - j), depth, (T*)w.A, w.Rows, w.Steps + p0,
                    (T*)w.Packed + (j * w.K) + (p0 * panel), c + j, w.Ldc, p0 == 0 && !w.Accumulate, last ? bias + j : null);
        }
    }

    /// <summary>The bias with zeros behind it, as long as whole panels.</summary>
    private static T* Padded<T>(T* bias, long n, Scratch scratch)
        where T : unmanaged
    {
        if (bias == null)
            return null;
        var length = (n + WidestPanel - 1) / WidestPanel * WidestPanel;
        var padded = (T*)scratch.Get(5, length * sizeof(T));
        new Span<T>(bias, (int)n).CopyTo(new Span<T>(padded, (int)n));
        new Span<T>(padded + n, (int)(length - n)).Clear();
        return padded;
    }

    /// <summary>All rows of c by one packed panel of b; of the last steps, with the bias added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Panel<S, V, T>(
        long m, long width, long depth, T* a, long* rows, long* steps, T* packed, T* c, long ldc, bool first, T* bias)
        where S : struct, ISimd<V, T>
        where T : unmanaged
    {
        var panel = 2 * S.Width;
        var edge = stackalloc T[6 * panel];
        for (long i = 0; i < m;)
        {
            var count = m - i >= 6 ? 6 : m - i >= 2 ? 2 : 1;
            var whole = width == panel;
            var to = whole ? c : edge;
            var ld = whole ? ldc : panel;
            if (!whole && !first)
                Copy(c, ldc, edge, panel, count, width);
            if (count == 6)
                Rows6<S, V, T>(depth, a, rows + i, steps, packed, to, ld, first, bias);
            else if (count == 2)
                Rows2<S, V, T>(depth, a, rows + i, steps, packed, to, ld, first, bias);
            else
                Rows1<S, V, T>(depth, a + rows[i], steps, packed, to, first, bias);
            if (!whole)
                Copy(edge, panel, c, ldc, count, width);
            c += count * ldc;
            i += count;
        }
    }

    private static void Copy<T>(T* from, long fromRow, T* to, long toRow, long rows, long columns)
        where T : unmanaged
    {
        for (long r = 0; r < rows; r++)
            for (long q = 0; q < columns; q++)
                to[(r * toRow) + q] = from[(r * fromRow) + q];
    }

    /// <summary>The product of no steps: zeros, with the bias added.</summary>
    private static void Clear<S, V, T>(T* c, long m, long n, long ldc, T* bias)
        where S : struct, ISimd<V, T>
        where T : unmanaged
    {
        for (long i = 0; i < m; i++)
        {
            var row = new Span<T>(c + (i * ldc), (int)n);
            row.Clear();
            if (bias != null)
                new Span<T>(bias, (int)n).CopyTo(row);
        }
    }

    /// <summary>One panel of b as rows of 2 * Width columns, zeros beyond its width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackPanel<S, V, T>(T* b, long bRow, long bColumn, long depth, long width, T* packed)
        where S : struct, ISimd<V, T>
        where T : unmanaged
    {
        var panel = 2 * S.Width;
        if (width < panel)
            new Span<byte>(packed, (int)(depth * panel * sizeof(T))).Clear();
        if (bColumn == 1)
        {
            if (width == panel)
            {
                for (long p = 0; p < depth; p++)
                {
                    S.Store(packed, S.Load(b));
                    S.Store(packed + S.Width, S.Load(b + S.Width));
                    packed += panel;
                    b += bRow;
                }
                return;
            }
            for (long p = 0; p < depth; p++)
                for (long j = 0; j < width; j++)
                    packed[(p * panel) + j] = b[(p * bRow) + j];
            return;
        }
        long column = 0;
        if (sizeof(T) == 4 && bRow == 1)
        {
            for (; column <= width - 4; column += 4)
                Transpose4((float*)b + (column * bColumn), bColumn, (float*)packed + column, panel, depth);
        }
        for (; column < width; column++)
        {
            var from = b + (column * bColumn);
            var to = packed + column;
            for (long p = 0; p < depth; p++)
                to[p * panel] = from[p * bRow];
        }
    }

    /// <summary>(a0, b0, a1, b1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b) : Vector128.Create(a[0], b[0], a[1], b[1]);

    /// <summary>(a2, b2, a3, b3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b) : Vector128.Create(a[2], b[2], a[3], b[3]);

    /// <summary>(a0, a1, b0, b1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Pair(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.MoveLowToHigh(a, b) : Vector128.Create(a[0], a[1], b[0], b[1]);

    /// <summary>(a2, a3, b2, b3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> OtherPair(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.MoveHighToLow(b, a) : Vector128.Create(a[2], a[3], b[2], b[3]);

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

    /// <summary>Arguments, and code for any width.</summary>
    private interface IWork
    {
        void Run<S, V, T>()
            where S : struct, ISimd<V, T>
            where T : unmanaged;
    }

    private struct StridedWork : IWork
    {
        public long M, N, K, ARow, AColumn, BRow, BColumn, Ldc;
        public void* A, B, C, Bias;

        public readonly void Run<S, V, T>()
            where S : struct, ISimd<V, T>
            where T : unmanaged => Strided<S, V, T>(this);
    }

    private struct PackedWork : IWork
    {
        public long M, N, K, Ldc;
        public void* A, Packed, C, Bias;
        public long* Rows, Steps;
        public bool Accumulate;

        public readonly void Run<S, V, T>()
            where S : struct, ISimd<V, T>
            where T : unmanaged => Gemm.Packed<S, V, T>(this);
    }

    private struct PackWork : IWork
    {
        public long N, K, BRow, BColumn;
        public void* B, Packed;

        public readonly void Run<S, V, T>()
            where S : struct, ISimd<V, T>
            where T : unmanaged
        {
            for (long j = 0; j < N; j += 2 * S.Width)
                PackPanel<S, V, T>((T*)B + (j * BColumn), BRow, BColumn, K, Math.Min(2 * S.Width, N - j), (T*)Packed + (j * K));
        }
    }
}

/// <summary>Working memory of one thread.</summary>
internal sealed unsafe class Scratch
{
    private const int Slots = 6;
    private readonly void*[] _memory = new void*[Slots];
    private readonly long[] _size = new long[Slots];

    ~Scratch()
    {
        foreach (var p in _memory)
            NativeMemory.AlignedFree(p);
    }

    public void* Get(int slot, long bytes)
    {
        if (_size[slot] < bytes)
        {
            NativeMemory.AlignedFree(_memory[slot]);
            _memory[slot] = NativeMemory.AlignedAlloc((nuint)bytes, 64);
            _size[slot] = bytes;
        }
        return _memory[slot];
    }
}
