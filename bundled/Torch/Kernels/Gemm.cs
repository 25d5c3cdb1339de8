using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp.Engine;

internal interface IFlag
{
    static abstract bool Value { get; }
}

internal readonly struct Yes : IFlag
{
    public static bool Value => true;
}

internal readonly struct No : IFlag
{
    public static bool Value => false;
}

/// <summary>
/// Matrix products. Every element of the result is one chain of fused multiply-adds over k in order, starting at zero; vector lanes,
/// blocking and threads only decide which elements are computed together, so none of them changes a bit.
/// </summary>
internal static unsafe class Gemm
{
    private const int DepthBlock = 192;
    private const long WorkPerThread = 1L << 20;

    [ThreadStatic]
    private static Scratch? _scratch;

    /// <summary>c[m, n] = a[m, k] b[k, n] (+ bias[n]); each operand with a stride for its rows and one for its columns, c row-major; continuing the chains in c if asked to.</summary>
    public static void Run<T>(long m, long n, long k, T* a, long aRow, long aColumn, T* b, long bRow, long bColumn, T* c, long ldc, T* bias = null, bool accumulate = false)
        where T : unmanaged, INumber<T>
    {
        if (m == 0 || n == 0)
            return;
        var threads = Threads.Available;
        if (threads > 1 && m >= 12 && m * n * k >= 2 * WorkPerThread)
        {
            var parts = (int)Math.Min(Math.Min(threads, m / 6), m * n * k / WorkPerThread);
            var rows = (((m + parts - 1) / parts) + 5) / 6 * 6;
            var job = new Job<T>(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, ldc, bias, accumulate, rows);
            Threads.Run((int)((m + rows - 1) / rows), job.Part);
            return;
        }
        Block(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, ldc, bias, accumulate);
    }

    private static void Block<T>(long m, long n, long k, T* a, long aRow, long aColumn, T* b, long bRow, long bColumn, T* c, long ldc, T* bias, bool accumulate)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float))
        {
            if (n > 16 && Vector512.IsHardwareAccelerated)
                Packed<F32x16, Vector512<float>, float>(m, n, k, (float*)a, aRow, aColumn, (float*)b, bRow, bColumn, (float*)c, ldc, (float*)bias, accumulate);
            else if (n > 8 && Vector256.IsHardwareAccelerated)
                Packed<F32x8, Vector256<float>, float>(m, n, k, (float*)a, aRow, aColumn, (float*)b, bRow, bColumn, (float*)c, ldc, (float*)bias, accumulate);
            else
                Packed<F32x4, Vector128<float>, float>(m, n, k, (float*)a, aRow, aColumn, (float*)b, bRow, bColumn, (float*)c, ldc, (float*)bias, accumulate);
        }
        else if (typeof(T) == typeof(double))
        {
            if (n > 8 && Vector512.IsHardwareAccelerated)
                Packed<F64x8, Vector512<double>, double>(m, n, k, (double*)a, aRow, aColumn, (double*)b, bRow, bColumn, (double*)c, ldc, (double*)bias, accumulate);
            else if (n > 4 && Vector256.IsHardwareAccelerated)
                Packed<F64x4, Vector256<double>, double>(m, n, k, (double*)a, aRow, aColumn, (double*)b, bRow, bColumn, (double*)c, ldc, (double*)bias, accumulate);
            else
                Packed<F64x2, Vector128<double>, double>(m, n, k, (double*)a, aRow, aColumn, (double*)b, bRow, bColumn, (double*)c, ldc, (double*)bias, accumulate);
        }
        else
        {
            for (long i = 0; i < m; i++)
            {
                for (long j = 0; j < n; j++)
                {
                    var sum = accumulate ? c[(i * ldc) + j] : T.Zero;
                    for (long p = 0; p < k; p++)
                        sum += a[(i * aRow) + (p * aColumn)] * b[(p * bRow) + (j * bColumn)];
                    c[(i * ldc) + j] = bias == null ? sum : sum + bias[j];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Packed<S, V, T>(long m, long n, long k, T* a, long aRow, long aColumn, T* b, long bRow, long bColumn, T* c, long ldc, T* bias, bool accumulate)
        where S : struct, ISimd<V, T>
        where T : unmanaged
    {
        var panel = 2 * S.Width;
        var scratch = _scratch ??= new Scratch();
        var packed = (T*)scratch.Get(0, DepthBlock * panel * sizeof(T));
        if (aColumn != 1 && aRow != 1)
        {
            var copy = (T*)scratch.Get(1, m * k * sizeof(T));
            for (long i = 0; i < m; i++)
                for (long p = 0; p < k; p++)
                    copy[(i * k) + p] = a[(i * aRow) + (p * aColumn)];
            a = copy;
            aRow = k;
            aColumn = 1;
        }
        var edge = stackalloc T[6 * panel];
        if (k == 0 && !accumulate)
        {
            for (long i = 0; i < m; i++)
                new Span<T>(c + (i * ldc), (int)n).Clear();
        }
        for (long p0 = 0; p0 < k; p0 += DepthBlock)
        {
            var depth = Math.Min(DepthBlock, k - p0);
            for (long j = 0; j < n; j += panel)
            {
                var width = Math.Min(panel, n - j);
                Pack<S, V, T>(b + (p0 * bRow) + (j * bColumn), bRow, bColumn, depth, width, packed);
                for (long i = 0; i < m;)
                {
                    var rows = m - i >= 6 ? 6 : m - i >= 2 ? 2 : 1;
                    var from = a + (i * aRow) + (p0 * aColumn);
                    var to = c + (i * ldc) + j;
                    if (width == panel)
                    {
                        Tile<S, V, T>(rows, depth, from, aRow, aColumn, packed, to, ldc, p0 == 0 && !accumulate);
                    }
                    else
                    {
                        if (p0 > 0 || accumulate)
                        {
                            for (var r = 0; r < rows; r++)
                                for (long q = 0; q < width; q++)
                                    edge[(r * panel) + q] = to[(r * ldc) + q];
                        }
                        Tile<S, V, T>(rows, depth, from, aRow, aColumn, packed, edge, panel, p0 == 0 && !accumulate);
                        for (var r = 0; r < rows; r++)
                            for (long q = 0; q < width; q++)
                                to[(r * ldc) + q] = edge[(r * panel) + q];
                    }
                    i += rows;
                }
            }
        }
        if (bias != null)
            AddBias<S, V, T>(m, n, c, ldc, bias, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddBias<S, V, T>(long m, long n, T* c, long ldc, T* bias, bool accumulate)
        where S : struct, ISimd<V, T>
        where T : unmanaged
    {
        var one = stackalloc T[S.Width];
        var other = stackalloc T[S.Width];
        for (long i = 0; i < m; i++)
        {
            var row = c + (i * ldc);
            long j = 0;
            for (; j <= n - S.Width; j += S.Width)
                S.Store(row + j, S.Add(S.Load(row + j), S.Load(bias + j)));
            var rest = n - j;
            if (rest == 0)
                continue;
            for (long q = 0; q < rest; q++)
            {
                one[q] = row[j + q];
                other[q] = bias[j + q];
            }
            S.Store(one, S.Add(S.Load(one), S.Load(other)));
            for (long q = 0; q < rest; q++)
                row[j + q] = one[q];
        }
    }

    /// <summary>One panel of b as rows of 2 * Width columns, zeros beyond its width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack<S, V, T>(T* b, long bRow, long bColumn, long depth, long width, T* packed)
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

    /// <summary>Four rows of floats become four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose4(float* from, long stride, float* to, long panel, long depth)
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

    private static void Tile<S, V, T>(int rows, long depth, T* a, long aRow, long aColumn, T* b, T* c, long ldc, bool first)
        where S : struct, ISimd<V, T>
        where T : unmanaged
    {
        if (aColumn == 1)
        {
            if (rows == 6)
                Rows6<S, V, T, No>(depth, a, aRow, b, c, ldc, first);
            else if (rows == 2)
                Rows2<S, V, T, No>(depth, a, aRow, b, c, ldc, first);
            else
                Rows1<S, V, T, No>(depth, a, aRow, b, c, ldc, first);
        }
        else
        {
            if (rows == 6)
                Rows6<S, V, T, Yes>(depth, a, aColumn, b, c, ldc, first);
            else if (rows == 2)
                Rows2<S, V, T, Yes>(depth, a, aColumn, b, c, ldc, first);
            else
                Rows1<S, V, T, Yes>(depth, a, aColumn, b, c, ldc, first);
        }
    }

    /// <summary>6 rows by two vectors of columns over <paramref name="k"/> steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows6<S, V, T, TColumns>(long k, T* a, long lda, T* b, T* c, long ldc, bool first)
        where S : struct, ISimd<V, T>
        where T : unmanaged
        where TColumns : struct, IFlag
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
        var a1 = a + (1 * lda);
        var a2 = a + (2 * lda);
        var a3 = a + (3 * lda);
        var a4 = a + (4 * lda);
        var a5 = a + (5 * lda);
        for (long p = 0; p < k; p++)
        {
            var u = S.Load(b);
            var v = S.Load(b + S.Width);
            b += 2 * S.Width;
            V s;
            s = S.Set(TColumns.Value ? a[0] : a[p]);
            x0 = S.Fma(s, u, x0);
            y0 = S.Fma(s, v, y0);
            s = S.Set(TColumns.Value ? a[1] : a1[p]);
            x1 = S.Fma(s, u, x1);
            y1 = S.Fma(s, v, y1);
            s = S.Set(TColumns.Value ? a[2] : a2[p]);
            x2 = S.Fma(s, u, x2);
            y2 = S.Fma(s, v, y2);
            s = S.Set(TColumns.Value ? a[3] : a3[p]);
            x3 = S.Fma(s, u, x3);
            y3 = S.Fma(s, v, y3);
            s = S.Set(TColumns.Value ? a[4] : a4[p]);
            x4 = S.Fma(s, u, x4);
            y4 = S.Fma(s, v, y4);
            s = S.Set(TColumns.Value ? a[5] : a5[p]);
            x5 = S.Fma(s, u, x5);
            y5 = S.Fma(s, v, y5);
            if (TColumns.Value)
                a += lda;
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

    /// <summary>2 rows by two vectors of columns over <paramref name="k"/> steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2<S, V, T, TColumns>(long k, T* a, long lda, T* b, T* c, long ldc, bool first)
        where S : struct, ISimd<V, T>
        where T : unmanaged
        where TColumns : struct, IFlag
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
        var a1 = a + (1 * lda);
        for (long p = 0; p < k; p++)
        {
            var u = S.Load(b);
            var v = S.Load(b + S.Width);
            b += 2 * S.Width;
            V s;
            s = S.Set(TColumns.Value ? a[0] : a[p]);
            x0 = S.Fma(s, u, x0);
            y0 = S.Fma(s, v, y0);
            s = S.Set(TColumns.Value ? a[1] : a1[p]);
            x1 = S.Fma(s, u, x1);
            y1 = S.Fma(s, v, y1);
            if (TColumns.Value)
                a += lda;
        }
        S.Store(c, x0);
        S.Store(c + S.Width, y0);
        S.Store(c + ldc, x1);
        S.Store(c + ldc + S.Width, y1);
    }

    /// <summary>1 rows by two vectors of columns over <paramref name="k"/> steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1<S, V, T, TColumns>(long k, T* a, long lda, T* b, T* c, long ldc, bool first)
        where S : struct, ISimd<V, T>
        where T : unmanaged
        where TColumns : struct, IFlag
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
            V s;
            s = S.Set(TColumns.Value ? a[0] : a[p]);
            x0 = S.Fma(s, u, x0);
            y0 = S.Fma(s, v, y0);
            if (TColumns.Value)
                a += lda;
        }
        S.Store(c, x0);
        S.Store(c + S.Width, y0);
    }

    private sealed class Job<T>(long m, long n, long k, T* a, long aRow, long aColumn, T* b, long bRow, long bColumn, T* c, long ldc, T* bias, bool accumulate, long rows)
        where T : unmanaged, INumber<T>
    {
        public void Part(int part)
        {
            var start = part * rows;
            var count = Math.Min(rows, m - start);
            Block(count, n, k, a + (start * aRow), aRow, aColumn, b, bRow, bColumn, c + (start * ldc), ldc, bias, accumulate);
        }
    }
}

/// <summary>Working memory of one thread.</summary>
internal sealed unsafe class Scratch
{
    private readonly void*[] _memory = new void*[4];
    private readonly long[] _size = new long[4];

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
