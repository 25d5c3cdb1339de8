using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GymBridge.Torch.Managed;

/// <summary>Chains of elementwise operations of the training loop, in one pass over memory.</summary>
internal static unsafe class FusedKernel
{
    private const float SmallestNormal = 1.17549435e-38f;

    // Of one weight, in multiply-adds: two divisions and a root.
    private const int AdamWork = 32;

    /// <summary>x += alpha * y for float32 of the same contiguous shape.</summary>
    public static bool TryAddScaled(TensorImpl x, TensorImpl y, Scalar alpha)
    {
        if (x.DType != ScalarType.Float32 || y.DType != ScalarType.Float32 || !x.Contiguous || !y.Contiguous || !Shapes.Same(x.Shape, y.Shape))
            return false;
        AddScaled(x.Ptr<float>(), y.Ptr<float>(), (float)alpha.AsDouble, x.Count);
        x.Storage.Changed();
        return true;
    }

    /// <summary>In double, over sixteen lanes as every sum.</summary>
    public static double SumOfSquares(TensorImpl t)
    {
        var x = CopyKernel.AsType(t, t.DType);
        var c = CopyKernel.Contiguous(x);
        x.Release();
        double sum;
        if (c.DType == ScalarType.Float32)
        {
            sum = SumOfSquares(c.Ptr<float>(), c.Count);
        }
        else
        {
            sum = 0;
            for (long i = 0; i < c.Count; i++)
                sum += Element.ReadDouble(c, i) * Element.ReadDouble(c, i);
        }
        c.Release();
        return sum;
    }

    private static double SumOfSquares(float* x, long n)
    {
        var a = Vector256<double>.Zero;
        var b = a;
        var c = a;
        var d = a;
        long i = 0;
        for (; i <= n - 16; i += 16)
        {
            var (x0, x1) = Vector256.Widen(Vector256.Load(x + i));
            var (x2, x3) = Vector256.Widen(Vector256.Load(x + i + 8));
            a += x0 * x0;
            b += x1 * x1;
            c += x2 * x2;
            d += x3 * x3;
        }
        double rest = 0;
        for (; i < n; i++)
            rest += (double)x[i] * x[i];
        a += c;
        b += d;
        a += b;
        var low = a.GetLower() + a.GetUpper();
        return low.GetElement(0) + low.GetElement(1) + rest;
    }

    /// <summary>The gradient of what gave <paramref name="y"/>, of the gradient <paramref name="g"/>; may be written over it.</summary>
    public static void Backward<TOp>(float* g, float* y, float* o, long n)
        where TOp : struct, IGradientOp
    {
        var parts = Threads.Parts(n * Threads.NumberWork);
        if (parts == 1)
            BackwardHere<TOp>(g, y, o, n);
        else
            ManyBackward<TOp>(parts, g, y, o, n);
    }

    private static void ManyBackward<TOp>(int parts, float* g, float* y, float* o, long n)
        where TOp : struct, IGradientOp => Threads.Split(parts, n, (from, count) => BackwardHere<TOp>(g + from, y + from, o + from, count));

    /// <summary>As <see cref="Backward{TOp}"/> on this thread.</summary>
    public static void BackwardHere<TOp>(float* g, float* y, float* o, long n)
        where TOp : struct, IGradientOp
    {
        if (Vector512.IsHardwareAccelerated)
            BackwardRow<TOp, F32x16, Vector512<float>>(g, y, o, n);
        else if (Vector256.IsHardwareAccelerated)
            BackwardRow<TOp, F32x8, Vector256<float>>(g, y, o, n);
        else
            BackwardRow<TOp, F32x4, Vector128<float>>(g, y, o, n);
    }

    /// <summary>One step of Adam (Kingma and Ba 2015), as PyTorch orders it, over one parameter.</summary>
    public static void Adam(float* p, float* g, float* m, float* v, float* vmax, long n, in AdamStep s)
    {
        var parts = Threads.Parts(n * AdamWork);
        if (parts == 1)
            OneAdam(p, g, m, v, vmax, n, s);
        else
            ManyAdam(parts, p, g, m, v, vmax, n, s);
    }

    private static void ManyAdam(int parts, float* p, float* g, float* m, float* v, float* vmax, long n, AdamStep s) => Threads.Split(
        parts, n, (from, count) => OneAdam(p + from, g + from, m + from, v + from, vmax == null ? null : vmax + from, count, s));

    private static void OneAdam(float* p, float* g, float* m, float* v, float* vmax, long n, in AdamStep s)
    {
        if (Vector512.IsHardwareAccelerated)
            AdamRow<F32x16, Vector512<float>>(p, g, m, v, vmax, n, s);
        else if (Vector256.IsHardwareAccelerated)
            AdamRow<F32x8, Vector256<float>>(p, g, m, v, vmax, n, s);
        else
            AdamRow<F32x4, Vector128<float>>(p, g, m, v, vmax, n, s);
    }

    private static void AddScaled(float* x, float* y, float a, long n)
    {
        if (Vector512.IsHardwareAccelerated)
            AddScaledRow<F32x16, Vector512<float>>(x, y, a, n);
        else if (Vector256.IsHardwareAccelerated)
            AddScaledRow<F32x8, Vector256<float>>(x, y, a, n);
        else
            AddScaledRow<F32x4, Vector128<float>>(x, y, a, n);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaledRow<S, V>(float* x, float* y, float a, long n)
        where S : struct, ISimd<V, float>
    {
        long i = 0;
        var scale = S.Set(a);
        for (; i <= n - S.Width; i += S.Width)
            S.Store(x + i, S.Fma(scale, S.Load(y + i), S.Load(x + i)));
        for (; i < n; i++)
            x[i] = Fused.MultiplyAdd(a, y[i], x[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardRow<TOp, S, V>(float* g, float* y, float* o, long n)
        where TOp : struct, IGradientOp
        where S : struct, ISimd<V, float>
    {
        long i = 0;
        for (; i <= n - S.Width; i += S.Width)
            S.Store(o + i, TOp.Of<S, V>(S.Load(g + i), S.Load(y + i)));
        for (; i < n; i++)
            o[i] = TOp.Of<F32x1, float>(g[i], y[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AdamRow<S, V>(float* p, float* g, float* m, float* v, float* vmax, long n, in AdamStep s)
        where S : struct, ISimd<V, float>
    {
        long i = 0;
        for (; i <= n - S.Width; i += S.Width)
            AdamAt<S, V>(p + i, g + i, m + i, v + i, vmax == null ? null : vmax + i, s);
        for (; i < n; i++)
            AdamAt<F32x1, float>(p + i, g + i, m + i, v + i, vmax == null ? null : vmax + i, s);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AdamAt<S, V>(float* p, float* g, float* m, float* v, float* vmax, in AdamStep s)
        where S : struct, ISimd<V, float>
    {
        var grad = S.Load(g);
        if (s.Maximize)
            grad = S.Neg(grad);
        var param = S.Load(p);
        if (s.Decoupled)
            param = S.Mul(param, S.Set(s.Decay));
        else if (s.Decay != 0)
            grad = S.Fma(S.Set(s.Decay), param, grad);
        var first = S.Load(m);
        first = Normal<S, V>(S.Fma(S.Sub(grad, first), S.Set(s.OneMinusBeta1), first));
        S.Store(m, first);
        var second = Normal<S, V>(S.Fma(S.Mul(grad, grad), S.Set(s.OneMinusBeta2), S.Mul(S.Load(v), S.Set(s.Beta2))));
        S.Store(v, second);
        if (vmax != null)
        {
            var largest = S.Load(vmax);
            second = S.Select(S.Lt(largest, second), second, largest);
            S.Store(vmax, second);
        }
        var denominator = S.Add(S.Div(S.Sqrt(second), S.Set(s.RootBias2)), S.Set(s.Epsilon));
        S.Store(p, S.Sub(param, S.Mul(S.Set(s.StepSize), S.Div(first, denominator))));
    }

    /// <summary>
    /// Zero in place of a subnormal number. The moments of a weight whose gradient stays zero, as behind a dead ReLU, fall to the
    /// smallest numbers and stay there, where Intel's processors take ten times as long. Moves a weight by less than 1e-30 of the step.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Normal<S, V>(V x)
        where S : struct, ISimd<V, float>
        => S.Select(S.Lt(S.Abs(x), S.Set(SmallestNormal)), S.Set(0f), x);
}

/// <summary>What one step of Adam needs beside the tensors. Decay is 1 - lr * weight_decay where decoupled (AdamW), else weight_decay.</summary>
internal readonly record struct AdamStep(
    float OneMinusBeta1, float Beta2, float OneMinusBeta2, float Decay, bool Decoupled, float StepSize, float RootBias2, float Epsilon, bool Maximize);
