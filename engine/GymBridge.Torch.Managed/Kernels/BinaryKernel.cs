using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GymBridge.Torch.Managed;

/// <summary>An elementwise operation of two operands: once for vectors of floating point, once for any number.</summary>
internal interface IBinaryOp
{
    /// <summary>Whether <see cref="Vector"/> exists.</summary>
    static abstract bool Vectorized { get; }

    static abstract V Vector<S, V, T>(V a, V b)
        where S : struct, ISimd<V, T>
        where T : unmanaged;

    static abstract T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T>;
}

/// <summary>A comparison: to bool.</summary>
internal interface ICompareOp
{
    /// <summary>Whether <see cref="Mask"/> exists.</summary>
    static virtual bool Vectorized => false;

    static abstract bool Test<T>(T a, T b)
        where T : unmanaged, INumber<T>;

    /// <summary>All bits set where <see cref="Test"/> is true.</summary>
    static virtual Vector128<float> Mask(Vector128<float> a, Vector128<float> b) =>
        throw new InvalidOperationException("Bug in GymBridge: a comparison without a vector form was asked for one.");
}

/// <summary>Runs elementwise operations over broadcast operands.</summary>
internal static unsafe class BinaryKernel
{
    /// <summary>Both operands of the same dtype. The result may be written over an operand of the full shape.</summary>
    public static void Run<TOp>(TensorImpl a, TensorImpl b, TensorImpl o)
        where TOp : struct, IBinaryOp
    {
        switch (o.DType)
        {
            case ScalarType.Float32:
                Typed<TOp, float>(a, b, o);
                break;
            case ScalarType.Float64:
                Typed<TOp, double>(a, b, o);
                break;
            case ScalarType.Int64:
                Typed<TOp, long>(a, b, o);
                break;
            case ScalarType.Int32:
                Typed<TOp, int>(a, b, o);
                break;
            default:
                Typed<TOp, byte>(a, b, o);
                break;
        }
    }

    public static void Compare<TOp>(TensorImpl a, TensorImpl b, TensorImpl o)
        where TOp : struct, ICompareOp
    {
        switch (a.DType)
        {
            case ScalarType.Float32:
                CompareTyped<TOp, float>(a, b, o);
                break;
            case ScalarType.Float64:
                CompareTyped<TOp, double>(a, b, o);
                break;
            case ScalarType.Int64:
                CompareTyped<TOp, long>(a, b, o);
                break;
            case ScalarType.Int32:
                CompareTyped<TOp, int>(a, b, o);
                break;
            default:
                CompareTyped<TOp, byte>(a, b, o);
                break;
        }
    }

    private static void Typed<TOp, T>(TensorImpl a, TensorImpl b, TensorImpl o)
        where TOp : struct, IBinaryOp
        where T : unmanaged, INumber<T>
    {
        var pa = a.Ptr<T>();
        var pb = b.Ptr<T>();
        var po = o.Ptr<T>();
        if (o.Count == 0)
            return;
        if (a.Contiguous && a.Count == o.Count)
        {
            if (b.Contiguous && b.Count == o.Count)
            {
                Whole<TOp, T>(pa, 1, pb, 1, po, o.Count);
                return;
            }
            if (b.Count == 1)
            {
                Whole<TOp, T>(pa, 1, pb, 0, po, o.Count);
                return;
            }
        }
        else if (a.Count == 1 && b.Contiguous && b.Count == o.Count)
        {
            Whole<TOp, T>(pa, 0, pb, 1, po, o.Count);
            return;
        }
        var rows = new BroadcastRows(o.Shape, Shapes.BroadcastStrides(a, o.Shape), Shapes.BroadcastStrides(b, o.Shape));
        if (typeof(T) == typeof(float) && TOp.Vectorized && rows.Length < 16)
        {
            ShortRows<TOp>((float*)pa, (float*)pb, (float*)po, ref rows);
            return;
        }
        do
        {
            Row<TOp, T>(pa + rows.A, rows.StrideA, pb + rows.B, rows.StrideB, po, rows.Length);
            po += rows.Length;
        }
        while (rows.Next());
    }

    /// <summary>Rows of a few numbers (two actions, say): no call for each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ShortRows<TOp>(float* a, float* b, float* o, ref BroadcastRows rows)
        where TOp : struct, IBinaryOp
    {
        var n = rows.Length;
        var sa = rows.StrideA;
        var sb = rows.StrideB;
        var (count, nextA, nextB) = rows.Block;
        var pairs = Vector256.IsHardwareAccelerated && n == 2 && sa == 1 && sb == 0 && nextA == 2 && nextB == 1;
        do
        {
            var rowA = a + rows.A;
            var rowB = b + rows.B;
            long r = 0;
            for (; pairs && r <= count - 8; r += 8, rowA += 16, rowB += 8, o += 16)
            {
                var y = Vector256.Load(rowB);
                var (firsts, seconds) = Simd.Unzip(Vector256.Load(rowA), Vector256.Load(rowA + 8));
                (firsts, seconds) = Simd.Zip(
                    TOp.Vector<F32x8, Vector256<float>, float>(firsts, y), TOp.Vector<F32x8, Vector256<float>, float>(seconds, y));
                Vector256.Store(firsts, o);
                Vector256.Store(seconds, o + 8);
            }
            for (; r < count; r++, rowA += nextA, rowB += nextB)
            {
                var x = rowA;
                var y = rowB;
                for (long i = 0; i < n; i++, x += sa, y += sb)
                    *o++ = TOp.Vector<F32x1, float, float>(*x, *y);
            }
        }
        while (rows.NextBlock());
    }

    /// <summary>All of it as one row.</summary>
    private static void Whole<TOp, T>(T* a, long sa, T* b, long sb, T* o, long n)
        where TOp : struct, IBinaryOp
        where T : unmanaged, INumber<T>
    {
        var parts = Threads.Parts(n * Threads.NumberWork);
        if (parts == 1)
            Row<TOp, T>(a, sa, b, sb, o, n);
        else
            ManyThreads<TOp, T>(parts, a, sa, b, sb, o, n);
    }

    private static void ManyThreads<TOp, T>(int parts, T* a, long sa, T* b, long sb, T* o, long n)
        where TOp : struct, IBinaryOp
        where T : unmanaged, INumber<T> =>
            Threads.Split(parts, n, (from, count) => Row<TOp, T>(a + (from * sa), sa, b + (from * sb), sb, o + from, count));

    private static void Row<TOp, T>(T* a, long sa, T* b, long sb, T* o, long n)
        where TOp : struct, IBinaryOp
        where T : unmanaged, INumber<T>
    {
        if (TOp.Vectorized && sa is 0 or 1 && sb is 0 or 1)
        {
            if (typeof(T) == typeof(float))
            {
                if (Vector512.IsHardwareAccelerated && n >= 16)
                    VectorRow<TOp, F32x16, Vector512<float>, float, F32x1>((float*)a, sa, (float*)b, sb, (float*)o, n);
                else if (Vector256.IsHardwareAccelerated && n >= 8)
                    VectorRow<TOp, F32x8, Vector256<float>, float, F32x1>((float*)a, sa, (float*)b, sb, (float*)o, n);
                else
                    VectorRow<TOp, F32x4, Vector128<float>, float, F32x1>((float*)a, sa, (float*)b, sb, (float*)o, n);
                return;
            }
            if (typeof(T) == typeof(double))
            {
                if (Vector512.IsHardwareAccelerated)
                    VectorRow<TOp, F64x8, Vector512<double>, double, F64x1>((double*)a, sa, (double*)b, sb, (double*)o, n);
                else if (Vector256.IsHardwareAccelerated)
                    VectorRow<TOp, F64x4, Vector256<double>, double, F64x1>((double*)a, sa, (double*)b, sb, (double*)o, n);
                else
                    VectorRow<TOp, F64x2, Vector128<double>, double, F64x1>((double*)a, sa, (double*)b, sb, (double*)o, n);
                return;
            }
        }
        for (long i = 0; i < n; i++)
            o[i] = TOp.Scalar(a[i * sa], b[i * sb]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void VectorRow<TOp, S, V, T, S1>(T* a, long sa, T* b, long sb, T* o, long n)
        where TOp : struct, IBinaryOp
        where S : struct, ISimd<V, T>
        where S1 : struct, ISimd<T, T>
        where T : unmanaged
    {
        long i = 0;
        if (sa == 1 && sb == 1)
        {
            for (; i <= n - S.Width; i += S.Width)
                S.Store(o + i, TOp.Vector<S, V, T>(S.Load(a + i), S.Load(b + i)));
        }
        else if (sa == 1)
        {
            var y = S.Set(*b);
            for (; i <= n - S.Width; i += S.Width)
                S.Store(o + i, TOp.Vector<S, V, T>(S.Load(a + i), y));
        }
        else if (sb == 1)
        {
            var x = S.Set(*a);
            for (; i <= n - S.Width; i += S.Width)
                S.Store(o + i, TOp.Vector<S, V, T>(x, S.Load(b + i)));
        }
        for (; i < n; i++)
            o[i] = TOp.Vector<S1, T, T>(a[i * sa], b[i * sb]);
    }

    private static void CompareTyped<TOp, T>(TensorImpl a, TensorImpl b, TensorImpl o)
        where TOp : struct, ICompareOp
        where T : unmanaged, INumber<T>
    {
        var pa = a.Ptr<T>();
        var pb = b.Ptr<T>();
        var po = o.Data;
        if (o.Count == 0)
            return;
        var rows = new BroadcastRows(o.Shape, Shapes.BroadcastStrides(a, o.Shape), Shapes.BroadcastStrides(b, o.Shape));
        var n = rows.Length;
        var sa = rows.StrideA;
        var sb = rows.StrideB;
        do
        {
            var x = pa + rows.A;
            var y = pb + rows.B;
            long i = 0;
            if (typeof(T) == typeof(float) && TOp.Vectorized && sa is 0 or 1 && sb is 0 or 1)
            {
                i = CompareVectors<TOp>((float*)x, sa, (float*)y, sb, po, n);
                x += i * sa;
                y += i * sb;
                po += i;
            }
            for (; i < n; i++, x += sa, y += sb)
                *po++ = TOp.Test(*x, *y) ? (byte)1 : (byte)0;
        }
        while (rows.Next());
    }

    /// <summary>Sixteen at a time; gives how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long CompareVectors<TOp>(float* a, long sa, float* b, long sb, byte* o, long n)
        where TOp : struct, ICompareOp
    {
        long i = 0;
        for (; i <= n - 16; i += 16, a += 16 * sa, b += 16 * sb)
        {
            var first = Vector128.Narrow(CompareFour<TOp>(a, sa, b, sb), CompareFour<TOp>(a + (4 * sa), sa, b + (4 * sb), sb));
            var second = Vector128.Narrow(CompareFour<TOp>(a + (8 * sa), sa, b + (8 * sb), sb), CompareFour<TOp>(a + (12 * sa), sa, b + (12 * sb), sb));
            Vector128.Store(Vector128.Narrow(first, second).AsByte() & Vector128<byte>.One, o + i);
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> CompareFour<TOp>(float* a, long sa, float* b, long sb)
        where TOp : struct, ICompareOp =>
        TOp.Mask(sa == 0 ? Vector128.Create(*a) : Vector128.Load(a), sb == 0 ? Vector128.Create(*b) : Vector128.Load(b)).AsInt32();
}
