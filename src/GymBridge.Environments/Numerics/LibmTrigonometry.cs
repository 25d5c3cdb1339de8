using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GymBridge.Environments.Numerics;

/// <summary>Sine and cosine of small angles, and the cosine of any, with the bits of glibc's <c>sin</c> and <c>cos</c>, for eight angles at once.</summary>
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

    private const int SmallRows = 32;
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

    /// <summary>Sines and cosines of eight angles of at most <see cref="Limit"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(Vector512<double> angle, out Vector512<double> sin, out Vector512<double> cos)
    {
        var size = Vector512.Abs(angle);
        var u = size + Vector512.Create(Big);
        var x = size - (u - Vector512.Create(Big));
        Look(u.AsInt64(), out var sn, out var ssn, out var cs, out var ccs);
        var xx = x * x;
        var cube = x * xx;
        var odd = Vector512.FusedMultiplyAdd(Vector512.Create(Sn5), xx, Vector512.Create(Sn3));
        var s = Vector512.FusedMultiplyAdd(cube, odd, x);
        var sineOfRest = x + (cube * odd);
        var c = xx * Vector512.FusedMultiplyAdd(
            Vector512.FusedMultiplyAdd(Vector512.Create(Cs6), xx, Vector512.Create(Cs4)), xx, Vector512.Create(Cs2));
        cos = cs + Vector512.FusedMultiplyAdd(-s, sn, Vector512.FusedMultiplyAdd(-c, cs, Vector512.FusedMultiplyAdd(-s, ssn, ccs)));
        var fromTable = sn + Vector512.FusedMultiplyAdd(
            sineOfRest, cs, Vector512.FusedMultiplyAdd(-c, sn, Vector512.FusedMultiplyAdd(sineOfRest, ccs, ssn)));
        fromTable = Vector512.CopySign(fromTable, angle);

        var square = angle * angle;
        var p = Vector512.FusedMultiplyAdd(Vector512.Create(S5), square, Vector512.Create(S4));
        p = Vector512.FusedMultiplyAdd(p, square, Vector512.Create(S3));
        p = Vector512.FusedMultiplyAdd(p, square, Vector512.Create(S2));
        p = Vector512.FusedMultiplyAdd(p, square, Vector512.Create(S1));
        var fromTaylor = angle + (square * (p * angle));
        fromTaylor = Vector512.ConditionalSelect(Vector512.Equals(angle, Vector512<double>.Zero), angle, fromTaylor);
        sin = Vector512.ConditionalSelect(Vector512.LessThan(size, Vector512.Create(TaylorLimit)), fromTaylor, fromTable);
    }

    /// <summary>The table's columns at the rows in the low bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Look(
        Vector512<long> bits, out Vector512<double> sn, out Vector512<double> ssn, out Vector512<double> cs, out Vector512<double> ccs)
    {
        ref var table = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(SineTable.Bits));
        if (Avx512F.IsSupported)
        {
            var isUpper = Vector512.Equals(bits & Vector512.Create(16L), Vector512.Create(16L)).AsDouble();
            sn = Pick(ref table, bits, isUpper);
            ssn = Pick(ref Unsafe.Add(ref table, SineTable.Stride), bits, isUpper);
            cs = Pick(ref Unsafe.Add(ref table, 2 * SineTable.Stride), bits, isUpper);
            ccs = Pick(ref Unsafe.Add(ref table, 3 * SineTable.Stride), bits, isUpper);
        }
        else
        {
            // The table lies in the program's image: it never moves.
            var columns = (double*)Unsafe.AsPointer(ref table);
            var rows = bits & Vector512.Create(SmallRows - 1L);
            sn = Gather(columns, rows);
            ssn = Gather(columns + SineTable.Stride, rows);
            cs = Gather(columns + (2 * SineTable.Stride), rows);
            ccs = Gather(columns + (3 * SineTable.Stride), rows);
        }
    }

    // A permutation of two registers reads its 16 elements by the low four bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Pick(ref double column, Vector512<long> rows, Vector512<double> isUpper) => Vector512.ConditionalSelect(
        isUpper,
        Avx512F.PermuteVar8x64x2(Vector512.LoadUnsafe(ref column, 16), rows, Vector512.LoadUnsafe(ref column, 24)),
        Avx512F.PermuteVar8x64x2(Vector512.LoadUnsafe(ref column), rows, Vector512.LoadUnsafe(ref column, 8)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector512<double> Gather(double* column, Vector512<long> rows) => Vector512.Create(
        Avx2.GatherVector256(column, rows.GetLower(), sizeof(double)), Avx2.GatherVector256(column, rows.GetUpper(), sizeof(double)));

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

        return CosAgreesWithTheLibrary();
    }

    private static bool SameBits(double a, double b) => BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Of(ulong bits) => BitConverter.UInt64BitsToDouble(bits);
}
