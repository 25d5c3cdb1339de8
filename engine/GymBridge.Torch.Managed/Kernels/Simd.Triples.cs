using System.Runtime.CompilerServices;

namespace GymBridge.Torch.Managed;

/// <summary>Three vectors side by side: as many as the registers hold beside what a long function needs for each.</summary>
internal readonly struct Triple<V>(V first, V second, V third)
{
    public readonly V First = first;
    public readonly V Second = second;
    public readonly V Third = third;
}

/// <summary>
/// The arithmetic of <typeparamref name="S"/> on three vectors at once. A function whose every step waits for the one before, as a polynomial
/// is, leaves most of a processor idle: of three at once each step is three that wait for none of the others. The bits are the same.
/// </summary>
internal readonly struct Triples<S, V> : ISimd<Triple<V>, float>
    where S : struct, ISimd<V, float>
{
    public static int Width => 3 * S.Width;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Set(float x)
    {
        var v = S.Set(x);
        return new(v, v, v);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Triple<V> Load(float* p) => new(S.Load(p), S.Load(p + S.Width), S.Load(p + (2 * S.Width)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(float* p, Triple<V> v)
    {
        S.Store(p, v.First);
        S.Store(p + S.Width, v.Second);
        S.Store(p + (2 * S.Width), v.Third);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Add(Triple<V> a, Triple<V> b) => new(S.Add(a.First, b.First), S.Add(a.Second, b.Second), S.Add(a.Third, b.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Sub(Triple<V> a, Triple<V> b) => new(S.Sub(a.First, b.First), S.Sub(a.Second, b.Second), S.Sub(a.Third, b.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Mul(Triple<V> a, Triple<V> b) => new(S.Mul(a.First, b.First), S.Mul(a.Second, b.Second), S.Mul(a.Third, b.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Div(Triple<V> a, Triple<V> b) => new(S.Div(a.First, b.First), S.Div(a.Second, b.Second), S.Div(a.Third, b.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Fma(Triple<V> a, Triple<V> b, Triple<V> c) =>
        new(S.Fma(a.First, b.First, c.First), S.Fma(a.Second, b.Second, c.Second), S.Fma(a.Third, b.Third, c.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Neg(Triple<V> a) => new(S.Neg(a.First), S.Neg(a.Second), S.Neg(a.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Abs(Triple<V> a) => new(S.Abs(a.First), S.Abs(a.Second), S.Abs(a.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Sqrt(Triple<V> a) => new(S.Sqrt(a.First), S.Sqrt(a.Second), S.Sqrt(a.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Round(Triple<V> a) => new(S.Round(a.First), S.Round(a.Second), S.Round(a.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Floor(Triple<V> a) => new(S.Floor(a.First), S.Floor(a.Second), S.Floor(a.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Ceil(Triple<V> a) => new(S.Ceil(a.First), S.Ceil(a.Second), S.Ceil(a.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Trunc(Triple<V> a) => new(S.Trunc(a.First), S.Trunc(a.Second), S.Trunc(a.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Lt(Triple<V> a, Triple<V> b) => new(S.Lt(a.First, b.First), S.Lt(a.Second, b.Second), S.Lt(a.Third, b.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Le(Triple<V> a, Triple<V> b) => new(S.Le(a.First, b.First), S.Le(a.Second, b.Second), S.Le(a.Third, b.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Eq(Triple<V> a, Triple<V> b) => new(S.Eq(a.First, b.First), S.Eq(a.Second, b.Second), S.Eq(a.Third, b.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Select(Triple<V> mask, Triple<V> a, Triple<V> b) =>
        new(S.Select(mask.First, a.First, b.First), S.Select(mask.Second, a.Second, b.Second), S.Select(mask.Third, a.Third, b.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> AtMost(Triple<V> bound, Triple<V> a) =>
        new(S.AtMost(bound.First, a.First), S.AtMost(bound.Second, a.Second), S.AtMost(bound.Third, a.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> AtLeast(Triple<V> bound, Triple<V> a) =>
        new(S.AtLeast(bound.First, a.First), S.AtLeast(bound.Second, a.Second), S.AtLeast(bound.Third, a.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Or(Triple<V> a, Triple<V> b) => new(S.Or(a.First, b.First), S.Or(a.Second, b.Second), S.Or(a.Third, b.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> And(Triple<V> a, Triple<V> b) => new(S.And(a.First, b.First), S.And(a.Second, b.Second), S.And(a.Third, b.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Pow2(Triple<V> n) => new(S.Pow2(n.First), S.Pow2(n.Second), S.Pow2(n.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Exponent(Triple<V> a) => new(S.Exponent(a.First), S.Exponent(a.Second), S.Exponent(a.Third));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Triple<V> Mantissa(Triple<V> a) => new(S.Mantissa(a.First), S.Mantissa(a.Second), S.Mantissa(a.Third));
}
