using System.Runtime.CompilerServices;

namespace GymBridge.Torch.Managed;

/// <summary>
/// Elementary functions of float32 as polynomials with fused multiply-add: the same bits at every vector width. Coefficients are those of
/// the Cephes library (Moshier), single precision; errors are within about 1.5 ulp.
/// </summary>
internal static class VecMath
{
    private const float Log2E = 1.44269504f;
    private const float Magic = 12582912f;
    private const float Ln2Hi = 0.693359375f;
    private const float Ln2Lo = -2.12194440e-4f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<S, V>(V x)
        where S : struct, ISimd<V, float>
    {
        // Below -104 the result rounds to zero, above 88.8 to infinity.
        x = S.AtLeast(S.Set(-105f), S.AtMost(S.Set(89f), x));
        // Adding and taking away 1.5 * 2^23 rounds to an integer.
        var n = S.Sub(S.Fma(x, S.Set(Log2E), S.Set(Magic)), S.Set(Magic));
        var r = S.Fma(n, S.Set(-Ln2Hi), x);
        r = S.Fma(n, S.Set(-Ln2Lo), r);
        var p = S.Set(1.9875691500e-4f);
        p = S.Fma(p, r, S.Set(1.3981999507e-3f));
        p = S.Fma(p, r, S.Set(8.3334519073e-3f));
        p = S.Fma(p, r, S.Set(4.1665795894e-2f));
        p = S.Fma(p, r, S.Set(1.6666665459e-1f));
        p = S.Fma(p, r, S.Set(5.0000001201e-1f));
        p = S.Add(S.Fma(p, S.Mul(r, r), r), S.Set(1f));
        // Two factors, so that neither leaves the normal range where the result is denormal or infinite.
        var half = S.Sub(S.Fma(n, S.Set(0.5f), S.Set(Magic)), S.Set(Magic));
        return S.Mul(S.Mul(p, S.Pow2(half)), S.Pow2(S.Sub(n, half)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log<S, V>(V a)
        where S : struct, ISimd<V, float>
    {
        var tiny = S.Lt(a, S.Set(1.17549435e-38f));
        var x = S.Select(tiny, S.Mul(a, S.Set(8388608f)), a);
        var e = S.Add(S.Exponent(x), S.Set(1f));
        e = S.Select(tiny, S.Sub(e, S.Set(23f)), e);
        var m = S.Mantissa(x);
        var small = S.Lt(m, S.Set(0.707106781186547524f));
        e = S.Select(small, S.Sub(e, S.Set(1f)), e);
        x = S.Sub(S.Select(small, S.Add(m, m), m), S.Set(1f));
        var z = S.Mul(x, x);
        var y = S.Set(7.0376836292e-2f);
        y = S.Fma(y, x, S.Set(-1.1514610310e-1f));
        y = S.Fma(y, x, S.Set(1.1676998740e-1f));
        y = S.Fma(y, x, S.Set(-1.2420140846e-1f));
        y = S.Fma(y, x, S.Set(1.4249322787e-1f));
        y = S.Fma(y, x, S.Set(-1.6668057665e-1f));
        y = S.Fma(y, x, S.Set(2.0000714765e-1f));
        y = S.Fma(y, x, S.Set(-2.4999993993e-1f));
        y = S.Fma(y, x, S.Set(3.3333331174e-1f));
        y = S.Mul(S.Mul(y, x), z);
        y = S.Fma(e, S.Set(Ln2Lo), y);
        y = S.Fma(S.Neg(z), S.Set(0.5f), y);
        var result = S.Fma(e, S.Set(Ln2Hi), S.Add(x, y));
        result = S.Select(S.Lt(S.Set(float.MaxValue), a), a, result);
        result = S.Select(S.Eq(a, S.Set(0f)), S.Set(float.NegativeInfinity), result);
        result = S.Select(S.Lt(a, S.Set(0f)), S.Set(float.NaN), result);
        return S.Select(S.Eq(a, a), result, a);
    }

    /// <summary>m / (m + 2) with m = exp(2|x|) - 1, which keeps its relative precision near zero, and the sign of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<S, V>(V x)
        where S : struct, ISimd<V, float>
    {
        var a = S.Abs(x);
        a = S.Add(a, a);
        // Beyond 10 the quotient is one.
        a = S.AtMost(S.Set(20f), a);
        var n = S.Sub(S.Fma(a, S.Set(Log2E), S.Set(Magic)), S.Set(Magic));
        var r = S.Fma(n, S.Set(-Ln2Hi), a);
        r = S.Fma(n, S.Set(-Ln2Lo), r);
        var p = S.Set(1.9875691500e-4f);
        p = S.Fma(p, r, S.Set(1.3981999507e-3f));
        p = S.Fma(p, r, S.Set(8.3334519073e-3f));
        p = S.Fma(p, r, S.Set(4.1665795894e-2f));
        p = S.Fma(p, r, S.Set(1.6666665459e-1f));
        p = S.Fma(p, r, S.Set(5.0000001201e-1f));
        p = S.Fma(p, S.Mul(r, r), r);
        var scale = S.Pow2(n);
        var m = S.Fma(scale, p, S.Sub(scale, S.Set(1f)));
        return S.Or(S.Div(m, S.Add(m, S.Set(2f))), S.And(x, S.Set(-0f)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<S, V>(V x)
        where S : struct, ISimd<V, float> => S.Div(S.Set(1f), S.Add(S.Set(1f), Exp<S, V>(S.Neg(x))));
}
