using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace GymBridge.Torch.Managed;

/// <content>An operand in the order in which the products read it: panels of two vectors of columns, row after row.</content>
internal static unsafe partial class Gemm
{
    /// <summary>Elements that <see cref="Pack"/> writes for b[k, n], at most.</summary>
    public static long PackedSize(long k, long n) => (n + WidestPanel - 1) / WidestPanel * WidestPanel * k;

    /// <summary>b[k, n] as panels of columns, for <see cref="RunPacked"/>; float32 or float64.</summary>
    public static void Pack<T>(long k, long n, T* b, long bRow, long bColumn, T* packed)
        where T : unmanaged => Dispatch<PackWork, T>(n, new() { K = k, N = n, B = b, BRow = bRow, BColumn = bColumn, Packed = packed });

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

    /// <summary>As <see cref="Transpose4"/> of eight rows: rows 0 to 3 in the lower halves of the vectors, 4 to 7 in the upper ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose8(float* from, long stride, float* to, long panel, long depth)
    {
        long p = 0;
        for (; p <= depth - 4; p += 4, to += 4 * panel)
        {
            var row = from + p;
            var upper = row + (4 * stride);
            var r0 = Vector256.Create(Vector128.Load(row), Vector128.Load(upper));
            var r1 = Vector256.Create(Vector128.Load(row + stride), Vector128.Load(upper + stride));
            var r2 = Vector256.Create(Vector128.Load(row + (2 * stride)), Vector128.Load(upper + (2 * stride)));
            var r3 = Vector256.Create(Vector128.Load(row + (3 * stride)), Vector128.Load(upper + (3 * stride)));
            var low01 = Avx.UnpackLow(r0, r1).AsDouble();
            var high01 = Avx.UnpackHigh(r0, r1).AsDouble();
            var low23 = Avx.UnpackLow(r2, r3).AsDouble();
            var high23 = Avx.UnpackHigh(r2, r3).AsDouble();
            Vector256.Store(Avx.UnpackLow(low01, low23).AsSingle(), to);
            Vector256.Store(Avx.UnpackHigh(low01, low23).AsSingle(), to + panel);
            Vector256.Store(Avx.UnpackLow(high01, high23).AsSingle(), to + (2 * panel));
            Vector256.Store(Avx.UnpackHigh(high01, high23).AsSingle(), to + (3 * panel));
        }
        for (; p < depth; p++, to += panel)
        {
            for (long r = 0; r < 8; r++)
                to[r] = from[(r * stride) + p];
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
            if (Avx.IsSupported)
            {
                for (; column <= width - 8; column += 8)
                    Transpose8((float*)b + (column * bColumn), bColumn, (float*)packed + column, panel, depth);
            }
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
