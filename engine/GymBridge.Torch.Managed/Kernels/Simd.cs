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
    static abstract V Or(V a, V b);
    static abstract V And(V a, V b);
    /// <summary>2 to the power of an integer-valued argument in the range of normal numbers.</summary>
    static abstract V Pow2(V n);
    /// <summary>The unbiased exponent of a normal number.</summary>
    static abstract V Exponent(V a);
    /// <summary>The mantissa of a normal number, in [0.5, 1).</summary>
    static abstract V Mantissa(V a);
}
