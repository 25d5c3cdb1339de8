using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GymBridge.Environments.Numerics;

/// <content>The cosine of any angle: small ones by the table, the others less a multiple of pi/2 first (s_sin.c, <c>__cos</c>).</content>
internal static partial class LibmTrigonometry
{
    /// <summary>Angles up to this size are covered by <see cref="Cos"/>.</summary>
    public const double CosLimit = 1e8;

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

    /// <summary>Cosines of eight angles of at most <see cref="CosLimit"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Cos(Vector512<double> angle)
    {
        // The angle becomes a + rest with |a| below 0.8555, and its cosine that of them, or their sine, or the negative.
        var size = Vector512.Abs(angle);
        var quadrant = Reduce(angle, out var a, out var rest);
        var isComplement = Vector512.LessThan(size, Vector512.Create(ComplementLimit));
        var complement = Vector512.Create(HalfPi) - size;
        var sum = complement + Vector512.Create(HalfPiRest);
        a = Vector512.ConditionalSelect(isComplement, sum, a);
        rest = Vector512.ConditionalSelect(isComplement, complement - sum + Vector512.Create(HalfPiRest), rest);
        quadrant = Vector512.ConditionalSelect(isComplement.AsInt64(), Vector512.Create(3L), quadrant);
        var isDirect = Vector512.LessThan(size, Vector512.Create(DirectLimit));
        a = Vector512.ConditionalSelect(isDirect, size, a);
        rest = Vector512.ConditionalSelect(isDirect, Vector512<double>.Zero, rest);
        quadrant = Vector512.ConditionalSelect(isDirect.AsInt64(), Vector512<long>.Zero, quadrant);

        // In the quadrants 0 to 3: cosine, -sine, -cosine, sine.
        var isSine = Vector512.Equals(quadrant & Vector512<long>.One, Vector512<long>.One).AsDouble();
        var sign = ((quadrant + Vector512<long>.One) & Vector512.Create(2L)) << 62;
        return (SinOrCos(a, rest, isSine).AsInt64() ^ sign).AsDouble();
    }

    // reduce_sincos: what is left of the angle beyond a multiple of pi/2, in two parts; returns that multiple in the low bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> Reduce(Vector512<double> angle, out Vector512<double> a, out Vector512<double> rest)
    {
        var shifted = Vector512.FusedMultiplyAdd(angle, Vector512.Create(TwoOverPi), Vector512.Create(ToInteger));
        var multiple = -(shifted - Vector512.Create(ToInteger));
        var y = Vector512.FusedMultiplyAdd(multiple, Vector512.Create(Part1), angle);
        y = Vector512.FusedMultiplyAdd(multiple, Vector512.Create(Part2), y);
        var part3 = Vector512.Create(Part3);
        var t = Vector512.FusedMultiplyAdd(multiple, part3, y);
        rest = Vector512.FusedMultiplyAdd(multiple, part3, y - t);
        var part4 = Vector512.Create(Part4);
        a = Vector512.FusedMultiplyAdd(multiple, part4, t);
        rest += Vector512.FusedMultiplyAdd(multiple, part4, t - a);
        return shifted.AsInt64();
    }

    // do_sin where isSine, do_cos elsewhere: the same steps with the columns of sine and cosine exchanged.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> SinOrCos(Vector512<double> a, Vector512<double> rest, Vector512<double> isSine)
    {
        var size = Vector512.Abs(a);
        var u = size + Vector512.Create(Big);
        var signedRest = (rest.AsInt64() ^ (a.AsInt64() & Vector512.Create(long.MinValue))).AsDouble();
        var x = size - (u - Vector512.Create(Big));
        x = Vector512.ConditionalSelect(isSine, x, x + signedRest);
        LookUp(u.AsInt64(), isSine, out var near, out var nearRest, out var other, out var otherRest);
        var xx = x * x;
        var cube = x * xx;
        var odd = Vector512.FusedMultiplyAdd(Vector512.Create(Sn5), xx, Vector512.Create(Sn3));
        var even = xx * Vector512.FusedMultiplyAdd(
            Vector512.FusedMultiplyAdd(Vector512.Create(Cs6), xx, Vector512.Create(Cs4)), xx, Vector512.Create(Cs2));
        var s = Vector512.ConditionalSelect(
            isSine, x + Vector512.FusedMultiplyAdd(cube, odd, signedRest), -Vector512.FusedMultiplyAdd(cube, odd, x));
        var c = Vector512.ConditionalSelect(isSine, Vector512.FusedMultiplyAdd(x, signedRest, even), even);
        var result = near + Vector512.FusedMultiplyAdd(
            s, other, Vector512.FusedMultiplyAdd(-c, near, Vector512.FusedMultiplyAdd(s, otherRest, nearRest)));

        var square = a * a;
        var p = Vector512.FusedMultiplyAdd(Vector512.Create(S5), square, Vector512.Create(S4));
        p = Vector512.FusedMultiplyAdd(p, square, Vector512.Create(S3));
        p = Vector512.FusedMultiplyAdd(p, square, Vector512.Create(S2));
        p = Vector512.FusedMultiplyAdd(p, square, Vector512.Create(S1));
        p = Vector512.FusedMultiplyAdd(p, a, Vector512.Create(-0.5) * rest);
        var fromTaylor = a + Vector512.FusedMultiplyAdd(p, square, rest);
        var sine = Vector512.ConditionalSelect(
            Vector512.LessThan(size, Vector512.Create(TaylorLimit)), fromTaylor, Vector512.CopySign(result, a));
        return Vector512.ConditionalSelect(isSine, sine, result);
    }

    // The columns at the rows in the low bits: those of the sine are near where isSine, those of the cosine elsewhere.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void LookUp(
        Vector512<long> bits,
        Vector512<double> isSine,
        out Vector512<double> near,
        out Vector512<double> nearRest,
        out Vector512<double> other,
        out Vector512<double> otherRest)
    {
        // The table lies in the program's image: it never moves.
        var columns = (double*)Unsafe.AsPointer(ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(SineTable.Bits)));
        var row = bits & Vector512.Create(127L);
        var toCosine = Vector512.Create(2L * SineTable.Stride);
        var nearRow = row + Vector512.AndNot(toCosine, isSine.AsInt64());
        var otherRow = row + (toCosine & isSine.AsInt64());
        near = Gather(columns, nearRow);
        nearRest = Gather(columns + SineTable.Stride, nearRow);
        other = Gather(columns, otherRow);
        otherRest = Gather(columns + SineTable.Stride, otherRow);
    }

    private static bool CosAgreesWithTheLibrary()
    {
        for (var i = 0; i < Probes; i += Vector512<double>.Count)
        {
            // Every row of the table, both signs, and all four quadrants, at once and after many turns.
            var turns = (Vector512<double>.Indices + Vector512.Create((double)i)) * 0.618033988749895;
            var size = (i / Vector512<double>.Count % 4) switch { 0 => CosLimit, 1 => 40.0, _ => 4.0 };
            var angles = (turns - Vector512.Floor(turns) - Vector512.Create(0.5)) * (2 * size);
            var cosines = Cos(angles);
            for (var lane = 0; lane < Vector512<double>.Count; lane++)
            {
                if (!SameBits(cosines[lane], Math.Cos(angles[lane])))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
