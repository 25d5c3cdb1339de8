using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GymBridge.Torch.Managed;

/// <summary>A function of float32 written in vector arithmetic.</summary>
internal interface IVectorOp
{
    static abstract V Apply<S, V>(V x)
        where S : struct, ISimd<V, float>;

    static abstract double Apply(double x);
}

/// <summary>A function computed in double and rounded once; exact for exact ones.</summary>
internal interface IScalarOp
{
    static abstract double Apply(double x);
}

internal static unsafe class UnaryKernel
{
    // Of one number, in multiply-adds: a tanh takes twice as long.
    private const int FunctionWork = 16;

    /// <summary>Contiguous input of the output's dtype, float32 or float64.</summary>
    public static void Vector<TOp>(TensorImpl x, TensorImpl o)
        where TOp : struct, IVectorOp
    {
        if (o.DType == ScalarType.Float32)
        {
            Vector<TOp>(x.Ptr<float>(), o.Ptr<float>(), o.Count);
            return;
        }
        var s = x.Ptr<double>();
        var d = o.Ptr<double>();
        for (long i = 0; i < o.Count; i++)
            d[i] = TOp.Apply(s[i]);
    }

    public static void Vector<TOp>(float* x, float* o, long n)
        where TOp : struct, IVectorOp
    {
        var parts = Threads.Parts(n * FunctionWork);
        if (parts == 1)
            Here<TOp>(x, o, n);
        else
            ManyThreads<TOp>(parts, x, o, n);
    }

    private static void ManyThreads<TOp>(int parts, float* x, float* o, long n)
        where TOp : struct, IVectorOp => Threads.Split(parts, n, (from, count) => Here<TOp>(x + from, o + from, count));

    /// <summary>On this thread; the output may be the input.</summary>
    public static void Here<TOp>(float* x, float* o, long n)
        where TOp : struct, IVectorOp
    {
        if (Vector512.IsHardwareAccelerated && n >= 16)
            Row<TOp, F32x16, Vector512<float>>(x, o, n);
        else if (Vector256.IsHardwareAccelerated && n >= 8)
            Row<TOp, F32x8, Vector256<float>>(x, o, n);
        else
            Row<TOp, F32x4, Vector128<float>>(x, o, n);
    }

    public static void Scalar<TOp>(TensorImpl x, TensorImpl o)
        where TOp : struct, IScalarOp
    {
        if (o.DType == ScalarType.Float32)
        {
            var s = x.Ptr<float>();
            var d = o.Ptr<float>();
            for (long i = 0; i < o.Count; i++)
                d[i] = (float)TOp.Apply(s[i]);
        }
        else
        {
            var s = x.Ptr<double>();
            var d = o.Ptr<double>();
            for (long i = 0; i < o.Count; i++)
                d[i] = TOp.Apply(s[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row<TOp, S, V>(float* x, float* o, long n)
        where TOp : struct, IVectorOp
        where S : struct, ISimd<V, float>
    {
        long i = 0;
        for (; i <= n - Triples<S, V>.Width; i += Triples<S, V>.Width)
            Triples<S, V>.Store(o + i, TOp.Apply<Triples<S, V>, Triple<V>>(Triples<S, V>.Load(x + i)));
        for (; i <= n - S.Width; i += S.Width)
            S.Store(o + i, TOp.Apply<S, V>(S.Load(x + i)));
        if (i == n)
            return;
        // The rest as one more vector: the lanes beyond it are computed and dropped.
        var rest = stackalloc float[S.Width];
        for (var j = 0; j < n - i; j++)
            rest[j] = x[i + j];
        Row<TOp, S, V>(rest, rest, S.Width);
        for (var j = 0; j < n - i; j++)
            o[i + j] = rest[j];
    }
}
