using System.Numerics;
using System.Runtime.CompilerServices;

namespace GymBridge.Seeding;

/// <summary>Float64 arithmetic in the order that NumPy and glibc do it, where .NET's own differs in the last bit.</summary>
internal static class NumPyMath
{
    private const int PairwiseBlock = 128;
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const int ExponentBias = 1023;

    // Coefficients of the remainder polynomial of log(1 + f) in s^2, s = f / (2 + f).
    private const double L1 = 6.666666666666735130e-01;
    private const double L2 = 3.999999999940941908e-01;
    private const double L3 = 2.857142874366239149e-01;
    private const double L4 = 2.222219843214978396e-01;
    private const double L5 = 1.818357216161805012e-01;
    private const double L6 = 1.531383769920937332e-01;
    private const double L7 = 1.479819860511658591e-01;

    /// <summary>log(1 + x), as glibc's <c>log1p</c> rounds it; <c>double.LogP1</c> is log(x + 1) and loses x near 0.</summary>
    /// <param name="x">Any float64. Below -1 and NaN give NaN, -1 gives -inf, -0 gives -0.</param>
    /// <remarks>
    /// The algorithm of fdlibm's s_log1p.c with glibc's grouping of the polynomial (sysdeps/ieee754/dbl-64/s_log1p.c).
    /// Fused where glibc's FMA build is, which it picks on every x86-64 processor with FMA (read from Debian 12's libm);
    /// the build for older processors differs in the last bit of 1 result in 3000.
    /// </remarks>
    internal static double Log1P(double x)
    {
        var highWord = HighWord(x);
        var magnitude = highWord & 0x7FFFFFFF;
        if (magnitude >= 0x7FF00000 || x <= -1.0)
        {
            return x == -1.0 ? double.NegativeInfinity : x < -1.0 ? double.NaN : x + x;
        }

        if (magnitude < 0x3E200000)
        {
            // Below 2^-29 two terms of the series are exact enough; below 2^-54 one is.
            return magnitude < 0x3C900000 ? x : x - (x * x * 0.5);
        }

        // 1 + x = 2^k (1 + f) with f in (sqrt(1/2) - 1, sqrt(2) - 1); c corrects the rounding of 1 + x.
        var k = 0;
        var f = x;
        var c = 0.0;
        var mantissa = 1;
        var reduced = highWord < 0x3FDA827A && (highWord > 0 || highWord <= unchecked((int)0xBFD2BEC3));
        if (!reduced)
        {
            double u;
            if (highWord < 0x43400000)
            {
                u = 1.0 + x;
                k = (HighWord(u) >> 20) - ExponentBias;
                c = k > 0 ? 1.0 - (u - x) : x - (u - 1.0);
                c /= u;
            }
            else
            {
                u = x;
                k = (HighWord(u) >> 20) - ExponentBias;
            }

            mantissa = HighWord(u) & 0x000FFFFF;
            if (mantissa < 0x6A09E)
            {
                u = WithHighWord(u, mantissa | 0x3FF00000);
            }
            else
            {
                k++;
                u = WithHighWord(u, mantissa | 0x3FE00000);
                mantissa = (0x00100000 - mantissa) >> 2;
            }

            f = u - 1.0;
        }

        var halfSquare = 0.5 * f * f;
        if (mantissa == 0)
        {
            // |f| < 2^-20
            if (f == 0.0)
            {
                return k == 0 ? 0.0 : Fma(k, Ln2High, Fma(k, Ln2Low, c));
            }

            var shortRemainder = halfSquare * Fma(-0.66666666666666666, f, 1.0);
            return k == 0
                ? f - shortRemainder
                : Fma(k, Ln2High, -((shortRemainder - Fma(k, Ln2Low, c)) - f));
        }

        var s = f / (2.0 + f);
        var z = s * s;
        var z2 = z * z;
        var z4 = z2 * z2;
        var z6 = z4 * z2;
        var remainder = Fma(z, L1, z2 * Fma(z, L3, L2));
        remainder = Fma(z4, Fma(z, L5, L4), remainder);
        remainder = Fma(z6, Fma(z, L7, L6), remainder);
        var correction = s * (halfSquare + remainder);
        return k == 0
            ? f - (halfSquare - correction)
            : Fma(k, Ln2High, -((halfSquare - (correction + Fma(k, Ln2Low, c))) - f));
    }

    /// <summary>The sum as <c>np.sum</c> of a contiguous float32 or float64 array rounds it.</summary>
    /// <param name="values">[n]; n = 0 gives 0.</param>
    /// <remarks>Eight accumulators within blocks of at most 128, halves above that. Source: numpy/_core/src/umath/loops_utils.h.src, pairwise sum.</remarks>
    internal static T PairwiseSum<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IFloatingPointIeee754<T> => values.IsEmpty ? T.Zero : PairwiseBlockSum(values);

    private static T PairwiseBlockSum<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (values.Length > PairwiseBlock)
        {
            var half = values.Length / 2;
            half -= half % 8;
            return PairwiseBlockSum(values[..half]) + PairwiseBlockSum(values[half..]);
        }

        // -0.0 and not 0.0, so that a sum of negative zeros keeps its sign.
        var sum = T.NegativeZero;
        var i = 0;
        if (values.Length >= 8)
        {
            T r0 = values[0], r1 = values[1], r2 = values[2], r3 = values[3];
            T r4 = values[4], r5 = values[5], r6 = values[6], r7 = values[7];
            for (i = 8; i <= values.Length - 8; i += 8)
            {
                r0 += values[i];
                r1 += values[i + 1];
                r2 += values[i + 2];
                r3 += values[i + 3];
                r4 += values[i + 4];
                r5 += values[i + 5];
                r6 += values[i + 6];
                r7 += values[i + 7];
            }

            sum = ((r0 + r1) + (r2 + r3)) + ((r4 + r5) + (r6 + r7));
        }

        for (; i < values.Length; i++)
        {
            sum += values[i];
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Fma(double x, double y, double z) => Math.FusedMultiplyAdd(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int HighWord(double x) => (int)(BitConverter.DoubleToInt64Bits(x) >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double WithHighWord(double x, int highWord) =>
        BitConverter.UInt64BitsToDouble(((ulong)(uint)highWord << 32) | (uint)BitConverter.DoubleToUInt64Bits(x));
}
