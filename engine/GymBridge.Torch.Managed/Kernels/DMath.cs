using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GymBridge.Torch.Managed;

/// <summary>
/// Elementary functions of float64, scalar. exp, log, tanh, sigmoid, sin and cos are our own, so that no C library decides a result;
/// coefficients are those of fdlibm (Sun Microsystems) and Cephes (Moshier).
/// </summary>
internal static partial class DMath
{
    private const double Ln2Hi = 6.93147180369123816490e-01;
    private const double Ln2Lo = 1.90821492927058770002e-10;

    public static double Exp(double x)
    {
        if (double.IsNaN(x))
            return x;
        if (x > 709.782712893384)
            return double.PositiveInfinity;
        if (x < -745.1332191019412)
            return 0;
        var n = Math.Round(x * 1.4426950408889634);
        var hi = Math.FusedMultiplyAdd(n, -Ln2Hi, x);
        var lo = n * Ln2Lo;
        var r = hi - lo;
        var t = r * r;
        var c = r - (
            t * Math.FusedMultiplyAdd(
                t,
                Math.FusedMultiplyAdd(
                    t,
                    Math.FusedMultiplyAdd(t, Math.FusedMultiplyAdd(t, 4.13813679705723846039e-08, -1.65339022054652515390e-06), 6.61375632143793436117e-05),
                    -2.77777777770155933842e-03),
                1.66666666666666019037e-01));
        var y = 1 - (lo - (r * c / (2 - c)) - hi);
        var half = Math.Truncate(n * 0.5);
        return y * F64x1.Pow2(half) * F64x1.Pow2(n - half);
    }

    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0)
            return double.NaN;
        if (x == 0)
            return double.NegativeInfinity;
        if (double.IsPositiveInfinity(x))
            return x;
        double k = 0;
        if (x < 2.2250738585072014e-308)
        {
            x *= 18014398509481984.0;
            k = -54;
        }
        k += F64x1.Exponent(x) + 1;
        var m = F64x1.Mantissa(x);
        if (m < 0.70710678118654752)
        {
            m += m;
            k -= 1;
        }
        var f = m - 1;
        var s = f / (2 + f);
        var z = s * s;
        var w = z * z;
        var t1 = w * Math.FusedMultiplyAdd(w, Math.FusedMultiplyAdd(w, 1.531383769920937332e-01, 2.222219843214978396e-01), 3.999999999940941908e-01);
        var t2 = z * Math.FusedMultiplyAdd(
            w,
            Math.FusedMultiplyAdd(w, Math.FusedMultiplyAdd(w, 1.479819860511658591e-01, 1.818357216161805012e-01), 2.857142874366239149e-01),
            6.666666666666735130e-01);
        var r = t1 + t2;
        var hfsq = 0.5 * f * f;
        return (k * Ln2Hi) - (hfsq - ((s * (hfsq + r)) + (k * Ln2Lo)) - f);
    }

    /// <summary><see cref="Log"/> of each, in place.</summary>
    public static unsafe void Logs(double* x, long n)
    {
        long i = 0;
        if (Vector512.IsHardwareAccelerated)
            i = Logs<F64x8, Vector512<double>>(x, n);
        else if (Vector256.IsHardwareAccelerated)
            i = Logs<F64x4, Vector256<double>>(x, n);
        for (; i < n; i++)
            x[i] = Log(x[i]);
    }

    /// <summary>Whole vectors of positive normal numbers by the same operations as <see cref="Log"/>, up to the first other one; gives how many.</summary>
    private static unsafe long Logs<S, V>(double* x, long n)
        where S : struct, ISimd<V, double>
    {
        long i = 0;
        for (; i <= n - S.Width; i += S.Width)
        {
            for (var lane = 0; lane < S.Width; lane++)
            {
                if (!double.IsNormal(x[i + lane]) || x[i + lane] < 0)
                    return i;
            }
            S.Store(x + i, LogOfNormal<S, V>(S.Load(x + i)));
        }
        return i;
    }

    /// <summary><see cref="Log"/> of positive normal numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LogOfNormal<S, V>(V x)
        where S : struct, ISimd<V, double>
    {
        var k = S.Add(S.Exponent(x), S.Set(1));
        var m = S.Mantissa(x);
        var small = S.Lt(m, S.Set(0.70710678118654752));
        m = S.Select(small, S.Add(m, m), m);
        k = S.Select(small, S.Sub(k, S.Set(1)), k);
        var f = S.Sub(m, S.Set(1));
        var s = S.Div(f, S.Add(S.Set(2), f));
        var z = S.Mul(s, s);
        var w = S.Mul(z, z);
        var t1 = S.Mul(w, S.Fma(w, S.Fma(w, S.Set(1.531383769920937332e-01), S.Set(2.222219843214978396e-01)), S.Set(3.999999999940941908e-01)));
        var t2 = S.Mul(
            z,
            S.Fma(
                w,
                S.Fma(w, S.Fma(w, S.Set(1.479819860511658591e-01), S.Set(1.818357216161805012e-01)), S.Set(2.857142874366239149e-01)),
                S.Set(6.666666666666735130e-01)));
        var r = S.Add(t1, t2);
        var hfsq = S.Mul(S.Mul(S.Set(0.5), f), f);
        return S.Sub(
            S.Mul(k, S.Set(Ln2Hi)),
            S.Sub(S.Sub(hfsq, S.Add(S.Mul(s, S.Add(hfsq, r)), S.Mul(k, S.Set(Ln2Lo)))), f));
    }

    public static double Log1p(double x)
    {
        var u = 1 + x;
        if (u == 1 || double.IsNaN(x))
            return x;
        if (double.IsInfinity(u) || u <= 0)
            return Log(u);
        return Log(u) + ((x - (u - 1)) / u);
    }

    /// <summary>
    /// log(1 + x) for -1 &lt; x &lt;= 0, operation for operation as fdlibm (and glibc to 2.38) has it: libtorch's generators call it, and their float64
    /// streams depend on its last bit.
    /// </summary>
    public static double Log1pOfUniform(double x)
    {
        var hx = (int)(BitConverter.DoubleToInt64Bits(x) >> 32);
        var ax = hx & 0x7FFFFFFF;
        if (ax < 0x3E200000)
            return ax < 0x3C900000 ? x : x - (x * x * 0.5);
        var k = 1;
        var f = x;
        var hu = 1;
        double c = 0;
        if (hx > 0 || hx <= unchecked((int)0xBFD2BEC3))
        {
            k = 0;
        }
        else
        {
            var u = 1.0 + x;
            var bits = BitConverter.DoubleToInt64Bits(u);
            hu = (int)(bits >> 32);
            k = (hu >> 20) - 1023;
            c = k > 0 ? 1.0 - (u - x) : x - (u - 1.0);
            c /= u;
            hu &= 0x000FFFFF;
            if (hu < 0x6A09E)
            {
                u = BitConverter.Int64BitsToDouble(((long)(hu | 0x3FF00000) << 32) | (bits & 0xFFFFFFFFL));
            }
            else
            {
                k++;
                u = BitConverter.Int64BitsToDouble(((long)(hu | 0x3FE00000) << 32) | (bits & 0xFFFFFFFFL));
                hu = (0x00100000 - hu) >> 2;
            }
            f = u - 1.0;
        }
        var hfsq = 0.5 * f * f;
        if (hu == 0)
        {
            if (f == 0)
                return k == 0 ? 0 : (k * Ln2Hi) + (c + (k * Ln2Lo));
            var r0 = hfsq * (1.0 - (0.66666666666666666 * f));
            return k == 0 ? f - r0 : (k * Ln2Hi) - (r0 - ((k * Ln2Lo) + c) - f);
        }
        var s = f / (2.0 + f);
        var z = s * s;
        var z2 = z * z;
        var z4 = z2 * z2;
        var z6 = z4 * z2;
        var r = (z * 6.666666666666735130e-01)
            + (z2 * (3.999999999940941908e-01 + (z * 2.857142874366239149e-01)))
            + (z4 * (2.222219843214978396e-01 + (z * 1.818357216161805012e-01)))
            + (z6 * (1.531383769920937332e-01 + (z * 1.479819860511658591e-01)));
        return k == 0 ? f - (hfsq - (s * (hfsq + r))) : (k * Ln2Hi) - (hfsq - ((s * (hfsq + r)) + ((k * Ln2Lo) + c)) - f);
    }

    public static double Expm1(double x)
    {
        if (Math.Abs(x) >= 0.5 || double.IsNaN(x))
            return Exp(x) - 1;
        var z = x * x;
        var r = x * Math.FusedMultiplyAdd(Math.FusedMultiplyAdd(1.2617719307481059087798e-4, z, 3.0299440770744196129956e-2), z, 9.9999999999999999991025e-1);
        var q = Math.FusedMultiplyAdd(
            Math.FusedMultiplyAdd(Math.FusedMultiplyAdd(3.0019850513866445504159e-6, z, 2.5244834034968410419224e-3), z, 2.2726554820815502876593e-1),
            z,
            2.0000000000000000000897e0);
        r /= q - r;
        return r + r;
    }

    public static double Tanh(double x)
    {
        var a = Math.Abs(x);
        if (a < 0.625)
        {
            var z = x * x;
            var p = Math.FusedMultiplyAdd(Math.FusedMultiplyAdd(-9.64399179425052238628e-1, z, -9.92877231001918586564e1), z, -1.61468768441708447952e3);
            var q = Math.FusedMultiplyAdd(Math.FusedMultiplyAdd(z + 1.12811678491632931402e2, z, 2.23548839060100448583e3), z, 4.84406305325125486048e3);
            return Math.FusedMultiplyAdd(x * z, p / q, x);
        }
        var y = 1 - (2 / (Exp(a + a) + 1));
        return x < 0 ? -y : y;
    }

    public static double Sigmoid(double x) => 1 / (1 + Exp(-x));
}
