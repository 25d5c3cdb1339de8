using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GymBridge.Torch.Managed;

/// <summary>
/// Matrix products. Every element of the result is one chain of fused multiply-adds over k in order, starting at zero; vector lanes,
/// blocking and threads only decide which elements are computed together, so none of them changes a bit.
/// </summary>
internal static unsafe partial class Gemm
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
            Here(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, ldc, bias);
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
            Here(Math.Min(rows, m - start), n, k, a + (start * aRow), aRow, aColumn, b, bRow, bColumn, c + (start * ldc), ldc, bias);
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
            Here(m, Math.Min(columns, n - start), k, a, aRow, aColumn, b + (start * bColumn), bRow, bColumn, c + start, ldc, own);
        });
    }

    /// <summary>
    /// c[m, n] = a[m, k] b[k, n] (+ bias[n]) on this thread, or the chains in c continued. Element (i, p) of a is at rows[i] + steps[p], which
    /// lets the patches of an image be a matrix where they lie; b is packed.
    /// </summary>
    public static void RunPacked<T>(long m, long n, long k, T* a, long* rows, long* steps, T* packed, T* c, long ldc, T* bias, bool accumulate)
        where T : unmanaged =>
            Dispatch<PackedWork, T>(
                n, new() { M = m, N = n, K = k, A = a, Rows = rows, Steps = steps, Packed = packed, C = c, Ldc = ldc, Bias = bias, Accumulate = accumulate });

    /// <summary>As <see cref="Run{T}"/> on this thread, or the chains in c continued; only of products that are not narrow, of floats.</summary>
    public static void Here<T>(
        long m, long n, long k, T* a, long aRow, long aColumn, T* b, long bRow, long bColumn, T* c, long ldc, T* bias, bool accumulate = false)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
        {
            if (IsNarrow(m, n) && !accumulate)
            {
                Narrow(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, ldc, bias);
                return;
            }
            Dispatch<StridedWork, T>(
                n,
                new()
                {
                    M = m,
                    N = n,
                    K = k,
                    A = a,
                    ARow = aRow,
                    AColumn = aColumn,
                    B = b,
                    BRow = bRow,
                    BColumn = bColumn,
                    C = c,
                    Ldc = ldc,
                    Bias = bias,
                    Accumulate = accumulate,
                });
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

    /// <summary>Whether rows and columns of the result better change places.</summary>
    public static bool IsNarrow(long m, long n) => n <= 4 && m >= 16;

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
                Panel<S, V, T>(w.M, width, depth, a + (p0 * w.AColumn), rows, steps, packed, c + j, w.Ldc, p0 == 0 && !w.Accumulate, last ? bias + j : null);
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
            var count = m - i >= 6 ? 6 : m - i >= 4 ? 4 : m - i >= 2 ? 2 : 1;
            var whole = width == panel;
            var to = whole ? c : edge;
            var ld = whole ? ldc : panel;
            if (!whole && !first)
                Copy(c, ldc, edge, panel, count, width);
            if (count == 6)
                Rows6<S, V, T>(depth, a, rows + i, steps, packed, to, ld, first, bias);
            else if (count == 4)
                Rows4<S, V, T>(depth, a, rows + i, steps, packed, to, ld, first, bias);
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
        public bool Accumulate;

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
}
