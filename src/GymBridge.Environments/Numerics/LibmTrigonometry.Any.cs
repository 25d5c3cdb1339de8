using System.Runtime.CompilerServices;

namespace GymBridge.Environments.Numerics;

/// <content>Sine and cosine of any angle: small ones by the table, the others less a multiple of pi/2 first (s_sin.c, <c>__sin</c> and <c>__cos</c>).</content>
internal static partial class LibmTrigonometry
{
    /// <summary>Angles up to this size are covered by <see cref="Sin"/> and <see cref="Cos"/>.</summary>
    public const double AnyLimit = 1e8;

    private const double DirectLimit = 0.85546875; // below it no multiple of pi/2 is taken away
    private const double ToInteger = 6755399441055744.0; // 1.5 * 2^52: adding it rounds to an integer, in the low bits
    private const double HalfPi = Math.PI / 2;

    private static double ComplementLimit => Of(0x400368FD00000000); // 2.426265: below it pi/2 - |x|

    private static double HalfPiRest => Of(0x3C91A62633145C07);

    private static double TwoOverPi => Of(0x3FE45F306DC9C883);

    // pi/2 in four parts, the first three short enough for exact products.
    private static double Part1 => Of(0x3FF921FB58000000);

    private static double Part2 => Of(0xBE4DDE973C000000);

    private static double Part3 => Of(0xBC8CB3B398000000);

    private static double Part4 => Of(0xBACD747F23E32ED7);

    /// <summary>Cosines of a vector of angles below <see cref="AnyLimit"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Cos<S, V>(V angle)
        where S : struct, IDoubles<V>
        where V : struct
    {
        // The angle becomes a + rest with |a| below 0.8555, and its cosine that of them, or their sine, or the negative.
        var size = S.Abs(angle);
        var quadrant = Reduce<S, V>(angle, out var a, out var rest);
        var isComplement = S.LessThan(size, S.Create(ComplementLimit));
        var isDirect = S.LessThan(size, S.Create(DirectLimit));
        var complement = S.Subtract(S.Create(HalfPi), size);
        var sum = S.Add(complement, S.Create(HalfPiRest));
        a = S.Select(isDirect, size, S.Select(isComplement, sum, a));
        rest = S.Select(isComplement, S.Add(S.Subtract(complement, sum), S.Create(HalfPiRest)), rest);
        rest = S.Select(isDirect, S.Create(0), rest);

        // In the quadrants 0 to 3: cosine, -sine, -cosine, sine.
        var isSine = S.Select(isComplement, S.Xor(isComplement, isDirect), S.AreOdd(quadrant));
        var sign = S.Xor(S.ShiftLeft(quadrant, 63), S.And(S.ShiftLeft(quadrant, 62), S.Create(-0.0)));
        return S.Xor(SinOrCos<S, V>(a, rest, isSine), S.Select(isComplement, S.Create(0), sign));
    }

    /// <summary>Sines of a vector of angles below <see cref="AnyLimit"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sin<S, V>(V angle)
        where S : struct, IDoubles<V>
        where V : struct
    {
        var size = S.Abs(angle);
        var quadrant = Reduce<S, V>(angle, out var a, out var rest);
        var isComplement = S.LessThan(size, S.Create(ComplementLimit));
        var isDirect = S.LessThan(size, S.Create(DirectLimit));
        a = S.Select(isDirect, angle, S.Select(isComplement, S.Subtract(S.Create(HalfPi), size), a));
        rest = S.Select(isDirect, S.Create(0), S.Select(isComplement, S.Create(HalfPiRest), rest));

        // In the quadrants 0 to 3: sine, cosine, -sine, -cosine. A complement's cosine has the sign of the angle.
        var isCosine = S.Select(isComplement, S.Xor(isComplement, isDirect), S.AreOdd(quadrant));
        var sign = S.Select(isComplement, S.Select(isDirect, S.Create(0), angle), S.ShiftLeft(quadrant, 62));
        var sine = S.Xor(SinOrCos<S, V>(a, rest, S.Equal(isCosine, S.Create(0))), S.And(sign, S.Create(-0.0)));

        // A zero keeps its sign.
        return S.Select(S.Equal(angle, S.Create(0)), angle, sine);
    }

    // reduce_sincos: what is left of the angle beyond a multiple of pi/2, in two parts; returns that multiple in the low bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Reduce<S, V>(V angle, out V a, out V rest)
        where S : struct, IDoubles<V>
        where V : struct
    {
        var shifted = S.Fma(angle, S.Create(TwoOverPi), S.Create(ToInteger));
        var multiple = S.Negate(S.Subtract(shifted, S.Create(ToInteger)));
        var y = S.Fma(multiple, S.Create(Part1), angle);
        y = S.Fma(multiple, S.Create(Part2), y);
        var t = S.Fma(multiple, S.Create(Part3), y);
        rest = S.Fma(multiple, S.Create(Part3), S.Subtract(y, t));
        a = S.Fma(multiple, S.Create(Part4), t);
        rest = S.Add(rest, S.Fma(multiple, S.Create(Part4), S.Subtract(t, a)));
        return shifted;
    }

    // do_sin where isSine, do_cos elsewhere: the same steps with the columns of sine and cosine exchanged.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V SinOrCos<S, V>(V a, V rest, V isSine)
        where S : struct, IDoubles<V>
        where V : struct
    {
        var size = S.Abs(a);
        var u = S.Add(size, S.Create(Big));
        var signedRest = S.Xor(rest, S.And(a, S.Create(-0.0)));
        var x = S.Subtract(size, S.Subtract(u, S.Create(Big)));
        x = S.Select(isSine, x, S.Add(x, signedRest));
        S.LookUp(u, isSine, out var near, out var nearRest, out var other, out var otherRest);
        var xx = S.Multiply(x, x);
        var cube = S.Multiply(x, xx);
        var odd = S.Fma(S.Create(Sn5), xx, S.Create(Sn3));
        var even = S.Multiply(xx, S.Fma(S.Fma(S.Create(Cs6), xx, S.Create(Cs4)), xx, S.Create(Cs2)));
        var s = S.Select(isSine, S.Add(x, S.Fma(cube, odd, signedRest)), S.Negate(S.Fma(cube, odd, x)));
        var minusC = S.Negate(S.Select(isSine, S.Fma(x, signedRest, even), even));
        var result = S.Add(near, S.Fma(s, other, S.Fma(minusC, near, S.Fma(s, otherRest, nearRest))));

        var square = S.Multiply(a, a);
        var p = S.Fma(S.Create(S5), square, S.Create(S4));
        p = S.Fma(p, square, S.Create(S3));
        p = S.Fma(p, square, S.Create(S2));
        p = S.Fma(p, square, S.Create(S1));
        p = S.Fma(p, a, S.Multiply(S.Create(-0.5), rest));
        var fromTaylor = S.Add(a, S.Fma(p, square, rest));
        var sine = S.Select(S.LessThan(size, S.Create(TaylorLimit)), fromTaylor, S.CopySign(result, a));
        return S.Select(isSine, sine, result);
    }

    private static bool AnyAgreeWithTheLibrary<S, V>()
        where S : struct, IDoubles<V>
        where V : struct
    {
        var (angles, sines, cosines) = (new double[S.Count], new double[S.Count], new double[S.Count]);
        for (var i = 0; i < Probes; i += S.Count)
        {
            // Every row of the table, both signs, and all four quadrants, at once and after many turns.
            var size = (i / S.Count % 4) switch { 0 => AnyLimit, 1 => 40.0, _ => 4.0 };
            for (var lane = 0; lane < S.Count; lane++)
            {
                var turns = (i + lane) * 0.618033988749895;
                angles[lane] = (turns - Math.Floor(turns) - 0.5) * (2 * size);
            }

            S.Store(Sin<S, V>(S.Load(angles, 0)), sines, 0);
            S.Store(Cos<S, V>(S.Load(angles, 0)), cosines, 0);
            for (var lane = 0; lane < S.Count; lane++)
            {
                if (!SameBits(sines[lane], Math.Sin(angles[lane])) || !SameBits(cosines[lane], Math.Cos(angles[lane])))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
