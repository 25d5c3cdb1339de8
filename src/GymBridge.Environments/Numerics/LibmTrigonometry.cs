using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GymBridge.Environments.Numerics;

/// <summary>Sine and cosine, both of small angles and either of any, with the bits of glibc's <c>sin</c> and <c>cos</c>, for several angles at once.</summary>
/// <remarks>
/// The x86-64 build of glibc 2.28 and later with FMA: below 0.126 a Taylor polynomial, above it a table of k / 128 and short
/// polynomials of the rest (sysdeps/ieee754/dbl-64/s_sin.c, <c>do_sin</c> and <c>do_cos</c>), multiplications and additions
/// fused as GCC fuses them there. <see cref="IsExact"/> says whether the C library at hand agrees; where it does not (another
/// C library, a processor without FMA), callers use <see cref="Math.Sin"/> and <see cref="Math.Cos"/>, which are the reference.
/// </remarks>
internal static partial class LibmTrigonometry
{
    /// <summary>Angles up to this size are small: 32 rows of the table suffice.</summary>
    public const double Limit = 0.246;

    /// <summary>The rows of the table that angles of at most <see cref="Limit"/> need.</summary>
    public const int SmallRows = 32;

    /// <summary>The bits that choose one of all rows.</summary>
    public const long RowMask = 127;

    private const double TaylorLimit = 0.126;
    private const double Big = 52776558133248.0; // 1.5 * 2^45: adding it rounds to a multiple of 1/128
    private const int Probes = 4096;

    /// <summary>Whether this gives the bits of <see cref="Math.Sin"/> and <see cref="Math.Cos"/> on this machine; found out once, by trying.</summary>
    public static bool IsExact { get; } = Avx2.IsSupported && Fma.IsSupported && AgreesWithTheLibrary();

    // Coefficients by their bits, as glibc states them: the Taylor polynomial, then those of the table's rests.
    private static double S1 => Of(0xBFC5555555555555);

    private static double S2 => Of(0x3F81111111110ECE);

    private static double S3 => Of(0xBF2A01A019DB08B8);

    private static double S4 => Of(0x3EC71DE27B9A7ED9);

    private static double S5 => Of(0xBE5ADDFFC2FCDF59);

    private static double Sn3 => Of(0xBFC5555555555515);

    private static double Sn5 => Of(0x3F811110E829872F);

    private static double Cs2 => 0.5;

    private static double Cs4 => Of(0xBFA5555555555535);

    private static double Cs6 => Of(0x3F56C16BEDD9E239);

    /// <summary>Sine and cosine of one angle of at most <see cref="Limit"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (double Sin, double Cos) SinCos(double angle)
    {
        var size = Math.Abs(angle);
        var u = size + Big;
        var x = size - (u - Big);
        ref var table = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(SineTable.Bits));
        ref var row = ref Unsafe.Add(ref table, (int)BitConverter.DoubleToInt64Bits(u) & (SmallRows - 1));
        var sn = row;
        var ssn = Unsafe.Add(ref row, SineTable.Stride);
        var cs = Unsafe.Add(ref row, 2 * SineTable.Stride);
        var ccs = Unsafe.Add(ref row, 3 * SineTable.Stride);
        var xx = x * x;
        var s = Math.FusedMultiplyAdd(x * xx, Math.FusedMultiplyAdd(Sn5, xx, Sn3), x);
        var sineOfRest = x + (x * xx * Math.FusedMultiplyAdd(Sn5, xx, Sn3));
        var c = xx * Math.FusedMultiplyAdd(Math.FusedMultiplyAdd(Cs6, xx, Cs4), xx, Cs2);
        var cos = cs + Math.FusedMultiplyAdd(-s, sn, Math.FusedMultiplyAdd(-c, cs, Math.FusedMultiplyAdd(-s, ssn, ccs)));
        if (size < TaylorLimit)
        {
            var square = angle * angle;
            var p = Math.FusedMultiplyAdd(S5, square, S4);
            p = Math.FusedMultiplyAdd(p, square, S3);
            p = Math.FusedMultiplyAdd(p, square, S2);
            p = Math.FusedMultiplyAdd(p, square, S1);

            // A zero keeps its sign.
            return (angle == 0 ? angle : angle + (square * (p * angle)), cos);
        }

        var sin = sn + Math.FusedMultiplyAdd(sineOfRest, cs, Math.FusedMultiplyAdd(-c, sn, Math.FusedMultiplyAdd(sineOfRest, ccs, ssn)));
        return (Math.CopySign(sin, angle), cos);
    }

    /// <summary>Sines and cosines of a vector of angles of at most <see cref="Limit"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos<S, V>(V angle, out V sin, out V cos)
        where S : struct, IDoubles<V>
        where V : struct
    {
        var size = S.Abs(angle);
        var u = S.Add(size, S.Create(Big));
        var x = S.Subtract(size, S.Subtract(u, S.Create(Big)));
        S.LookUp(u, out var sn, out var ssn, out var cs, out var ccs);
        var xx = S.Multiply(x, x);
        var cube = S.Multiply(x, xx);
        var odd = S.Fma(S.Create(Sn5), xx, S.Create(Sn3));
        var minusS = S.Negate(S.Fma(cube, odd, x));
        var sineOfRest = S.Add(x, S.Multiply(cube, odd));
        var minusC = S.Negate(S.Multiply(xx, S.Fma(S.Fma(S.Create(Cs6), xx, S.Create(Cs4)), xx, S.Create(Cs2))));
        cos = S.Add(cs, S.Fma(minusS, sn, S.Fma(minusC, cs, S.Fma(minusS, ssn, ccs))));
        var fromTable = S.Add(sn, S.Fma(sineOfRest, cs, S.Fma(minusC, sn, S.Fma(sineOfRest, ccs, ssn))));
        fromTable = S.CopySign(fromTable, angle);

        var square = S.Multiply(angle, angle);
        var p = S.Fma(S.Create(S5), square, S.Create(S4));
        p = S.Fma(p, square, S.Create(S3));
        p = S.Fma(p, square, S.Create(S2));
        p = S.Fma(p, square, S.Create(S1));
        var fromTaylor = S.Add(angle, S.Multiply(square, S.Multiply(p, angle)));
        fromTaylor = S.Select(S.Equal(angle, S.Create(0)), angle, fromTaylor);
        sin = S.Select(S.LessThan(size, S.Create(TaylorLimit)), fromTaylor, fromTable);
    }

    private static bool AgreesWithTheLibrary()
    {
        for (var i = 0; i < Probes; i++)
        {
            // Every row of the table, both signs, both methods, and tiny angles.
            var angle = i % 8 == 7 ? Math.ScaleB(1.0 + (i / (double)Probes), -(i % 60)) % Limit : Limit * (((i * 0.618033988749895) % 2.0) - 1.0);
            var (sin, cos) = SinCos(angle);
            if (!SameBits(sin, Math.Sin(angle)) || !SameBits(cos, Math.Cos(angle)))
            {
                return false;
            }
        }

        return Vector512.IsHardwareAccelerated ? AnyAgreeWithTheLibrary<Doubles8, Vector512<double>>() : AnyAgreeWithTheLibrary<Doubles4, Vector256<double>>();
    }

    private static bool SameBits(double a, double b) => BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Of(ulong bits) => BitConverter.UInt64BitsToDouble(bits);
}
