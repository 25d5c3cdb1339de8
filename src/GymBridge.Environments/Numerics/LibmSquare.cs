using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace GymBridge.Environments.Numerics;

/// <summary>Squares with the bits of the C library's <c>pow(x, 2)</c> and <c>powf(x, 2)</c>, most of them without a call.</summary>
/// <remarks>
/// The library's power is off by little before it is rounded: glibc's by at most 0.015 units in the last place for squares within 1e30 of 1 (0.509 ULP of
/// its exp, and log(x^2) times the 1.3 * 2^-68 of its log; sysdeps/ieee754/dbl-64/e_pow.c), and <c>powf</c>, which is computed in float64, by
/// at most 0.023 for squares within 2^8 of 1 (flt-32/e_powf.c). Where the exact square is further from the middle between two numbers
/// than that, its rounding is the library's; the others, a few in a hundred, are the library's own. <see cref="IsExact"/> says whether that
/// holds for the C library at hand.
/// </remarks>
internal static class LibmSquare
{
    private const int Probes = 16384;

    // Squares between these bounds are decided by their distance from a middle, half a unit less a margin.
    private const double Least = 1e-30;
    private const double Most = 1e30;
    private const double Near = (0.5 - (1.0 / 64)) / (1L << 52);
    private const double LeastSingle = 1.0 / 256;
    private const double MostSingle = 256;
    private const double NearSingle = (0.5 - (1.0 / 32)) / (1L << 23);

    /// <summary>Whether <see cref="Of(double)"/> and the others need no call for most numbers on this machine; found out once, by trying.</summary>
    public static bool IsExact { get; } = Fma.IsSupported && AgreesWithTheLibrary();

    // The power of two at or below a number: its exponent, with a mantissa of 1.
    private static double Exponent => BitConverter.UInt64BitsToDouble(0x7FF0000000000000);

    /// <summary><c>pow(x, 2)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Of(double x) => IsExact && IsSure(x, out var square) ? square : Math.Pow(x, 2);

    /// <summary><c>powf(x, 2)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(float x) => IsExact && IsSure(x, out var square) ? square : MathF.Pow(x, 2);

    /// <summary><c>pow(x, 2)</c> of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<S, V>(V x)
        where S : struct, IDoubles<V>
        where V : struct
    {
        var square = S.Multiply(x, x);
        var rest = S.Abs(S.Fma(x, x, S.Negate(square)));
        var sure = S.LessThan(rest, S.Multiply(S.And(square, S.Create(Exponent)), S.Create(Near)));
        var known = S.Bits(S.And(sure, S.And(S.GreaterThan(square, S.Create(Least)), S.LessThan(square, S.Create(Most)))));
        return IsExact && known == (1u << S.Count) - 1 ? square : WithTheLibrary<S, V>(x, square, IsExact ? known : 0, isSingle: false);
    }

    /// <summary><c>powf(x, 2)</c> of a vector of float32 numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V OfSingle<S, V>(V x)
        where S : struct, IDoubles<V>
        where V : struct
    {
        var exact = S.Multiply(x, x);
        var square = S.RoundToSingle(exact);
        var sure = S.LessThan(S.Abs(S.Subtract(exact, square)), S.Multiply(S.And(exact, S.Create(Exponent)), S.Create(NearSingle)));
        var known = S.Bits(S.And(sure, S.And(S.GreaterThan(exact, S.Create(LeastSingle)), S.LessThan(exact, S.Create(MostSingle)))));
        return IsExact && known == (1u << S.Count) - 1 ? square : WithTheLibrary<S, V>(x, square, IsExact ? known : 0, isSingle: true);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSure(double x, out double square)
    {
        square = x * x;
        var rest = Math.Abs(Math.FusedMultiplyAdd(x, x, -square));
        return rest < PowerOfTwo(square) * Near && square > Least && square < Most;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSure(float x, out float square)
    {
        var exact = (double)x * x;
        square = (float)exact;
        return Math.Abs(exact - square) < PowerOfTwo(exact) * NearSingle && exact > LeastSingle && exact < MostSingle;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double PowerOfTwo(double number) =>
        BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(number) & BitConverter.DoubleToUInt64Bits(Exponent));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V WithTheLibrary<S, V>(V x, V square, uint known, bool isSingle)
        where S : struct, IDoubles<V>
        where V : struct
    {
        ref var from = ref Unsafe.As<V, double>(ref x);
        ref var to = ref Unsafe.As<V, double>(ref square);
        for (var i = 0; i < S.Count; i++)
        {
            if ((known & (1u << i)) == 0)
            {
                Unsafe.Add(ref to, i) = isSingle ? MathF.Pow((float)Unsafe.Add(ref from, i), 2) : Math.Pow(Unsafe.Add(ref from, i), 2);
            }
        }

        return square;
    }

    private static bool AgreesWithTheLibrary()
    {
        for (var i = 0; i < Probes; i++)
        {
            var number = Math.ScaleB(1 + ((i * 0.618033988749895) % 1.0), (i % 97) - 48);
            var near = (float)Math.ScaleB(1 + ((i * 0.618033988749895) % 1.0), (i % 9) - 4);
            if ((IsSure(number, out var square) && square != Math.Pow(number, 2)) || (IsSure(near, out var single) && single != MathF.Pow(near, 2)))
            {
                return false;
            }
        }

        return true;
    }
}
