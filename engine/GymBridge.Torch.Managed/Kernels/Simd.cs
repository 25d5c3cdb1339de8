using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GymBridge.Torch.Managed;

/// <summary>
/// The arithmetic a kernel is written in, over vectors <typeparamref name="V"/> of <typeparamref name="T"/>. Every member is exactly
/// rounded (or exact), so a kernel gives the same bits at every width, scalar included.
/// </summary>
internal interface ISimd<V, T>
    where T : unmanaged
{
    static abstract int Width { get; }
    static abstract V Set(T x);
    static abstract unsafe V Load(T* p);
    static abstract unsafe void Store(T* p, V v);
    static abstract V Add(V a, V b);
    static abstract V Sub(V a, V b);
    static abstract V Mul(V a, V b);
    static abstract V Div(V a, V b);
    static abstract V Fma(V a, V b, V c);
    static abstract V Neg(V a);
    static abstract V Abs(V a);
    static abstract V Sqrt(V a);
    static abstract V Round(V a);
    static abstract V Floor(V a);
    static abstract V Ceil(V a);
    static abstract V Trunc(V a);
    static abstract V Lt(V a, V b);
    static abstract V Le(V a, V b);
    static abstract V Eq(V a, V b);
    static abstract V Select(V mask, V a, V b);
    /// <summary>The lesser of a number and a bound; NaN stays NaN.</summary>
    static abstract V AtMost(V bound, V a);
    /// <summary>The greater of a number and a bound; NaN stays NaN.</summary>
    static abstract V AtLeast(V bound, V a);
    static abstract V Or(V a, V b);
    static abstract V And(V a, V b);
    /// <summary>2 to the power of an integer-valued argument in the range of normal numbers.</summary>
    static abstract V Pow2(V n);
    /// <summary>The unbiased exponent of a normal number.</summary>
    static abstract V Exponent(V a);
    /// <summary>The mantissa of a normal number, in [0.5, 1).</summary>
    static abstract V Mantissa(V a);
}

/// <summary>Numbers that lie in pairs, as vectors of the first and of the second ones.</summary>
internal static class Simd
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> Firsts, Vector256<float> Seconds) Unzip(Vector256<float> a, Vector256<float> b)
    {
        var order = Vector256.Create(0, 2, 4, 6, 1, 3, 5, 7);
        (a, b) = (Vector256.Shuffle(a, order), Vector256.Shuffle(b, order));
        return (Vector256.Create(a.GetLower(), b.GetLower()), Vector256.Create(a.GetUpper(), b.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> A, Vector256<float> B) Zip(Vector256<float> firsts, Vector256<float> seconds)
    {
        var order = Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7);
        return (
            Vector256.Shuffle(Vector256.Create(firsts.GetLower(), seconds.GetLower()), order),
            Vector256.Shuffle(Vector256.Create(firsts.GetUpper(), seconds.GetUpper()), order));
    }
}
