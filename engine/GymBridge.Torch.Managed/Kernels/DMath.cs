using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GymBridge.Torch.Managed;

/// <summary>
/// Elementary functions of float64, scalar. exp, log, tanh, sigmoid, sin and cos are our own, so that no C library decides a result;
/// coefficients are those of fdlibm (Sun Microsystems) and Cephes (Moshier).
/// </summary>
internal static class DMath
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogOfNormal<S, V>(V x)
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

    public static double Sin(double x)
    {
        if (Math.Abs(x) <= 0.78539816339744828)
            return x == 0 ? x : SinKernel(x, 0);
        var q = Reduce(x, out var r, out var lo);
        return (q & 3) switch { 0 => SinKernel(r, lo), 1 => CosKernel(r, lo), 2 => -SinKernel(r, lo), _ => -CosKernel(r, lo) };
    }

    public static double Cos(double x)
    {
        var q = Reduce(x, out var r, out var lo);
        return (q & 3) switch { 0 => CosKernel(r, lo), 1 => -SinKernel(r, lo), 2 => -CosKernel(r, lo), _ => SinKernel(r, lo) };
    }

    /// <summary>Cephes ndtri-style inverse of erf: a rational start, then two Newton steps.</summary>
    public static double ErfInv(double y)
    {
        if (double.IsNaN(y) || Math.Abs(y) > 1)
            return double.NaN;
        if (Math.Abs(y) == 1)
            return y * double.PositiveInfinity;
        double x;
        if (Math.Abs(y) <= 0.7)
        {
            var z = y * y;
            x = y * ((((((-0.140543331 * z) + 0.914624893) * z) - 1.645349621) * z) + 0.886226899)
                / ((((((((0.012229801 * z) - 0.329097515) * z) + 1.442710462) * z) - 2.118377725) * z) + 1);
        }
        else
        {
            var z = Math.Sqrt(-Log((1 - Math.Abs(y)) / 2));
            x = ((((((1.641345311 * z) + 3.429567803) * z) - 1.624906493) * z) - 1.970840454) / ((((1.637067800 * z) + 3.543889200) * z) + 1);
            x = y < 0 ? -x : x;
        }
        for (var i = 0; i < 2; i++)
            x -= (y < 0 ? -(Erfc(-x) - (1 + y)) : Erfc(x) - (1 - y)) / (-2 / Math.Sqrt(Math.PI) * Exp(-x * x));
        return x;
    }

    public static double Erf(double x)
    {
        if (double.IsNaN(x))
            return x;
        var a = Math.Abs(x);
        if (a < 1)
        {
            var z = x * x;
            return x * Horner(z, ErfT) / Monic(z, ErfU);
        }
        var y = 1 - Erfc(a);
        return x < 0 ? -y : y;
    }

    public static double Erfc(double x)
    {
        if (double.IsNaN(x))
            return x;
        if (x < 0)
            return 2 - Erfc(-x);
        if (x < 1)
            return 1 - Erf(x);
        if (x > 28)
            return 0;
        // exp(-x^2) with the rounding error of x^2 put back.
        var sq = x * x;
        var err = Math.FusedMultiplyAdd(x, x, -sq);
        var e = Exp(-sq) * (1 - err);
        return x < 8 ? e * Horner(x, ErfcP) / Monic(x, ErfcQ) : e * Horner(x, ErfcR) / Monic(x, ErfcS);
    }

    /// <summary>Lanczos (g = 7, n = 9) with reflection; two exact zeros.</summary>
    public static double LogGamma(double x)
    {
        if (double.IsNaN(x))
            return x;
        if (double.IsInfinity(x))
            return double.PositiveInfinity;
        if (x <= 0 && x == Math.Floor(x))
            return double.PositiveInfinity;
        if (x is 1 or 2)
            return 0;
        if (x < 0.5)
            return Log(Math.PI / Math.Abs(Sin(Math.PI * (x - Math.Floor(x))))) - LogGamma(1 - x);
        if (x >= 10)
        {
            // Stirling's series.
            var z = 1 / (x * x);
            var series = (1.0 / 12) - (z * ((1.0 / 360) - (z * ((1.0 / 1260) - (z * ((1.0 / 1680) - (z * (1.0 / 1188))))))));
            return ((x - 0.5) * Log(x)) - x + 0.91893853320467274178 + (series / x);
        }
        // Up to 10 by the recurrence; the product stays far from overflow.
        double product = 1;
        while (x < 10)
        {
            product *= x;
            x += 1;
        }
        return LogGamma(x) - Log(product);
    }

    public static double Digamma(double x)
    {
        if (x == 0)
            return double.IsNegative(x) ? double.PositiveInfinity : double.NegativeInfinity;
        double result = 0;
        if (x < 0)
        {
            if (x == Math.Floor(x))
                return double.NaN;
            result = -Math.PI / Math.Tan(Math.PI * (x - Math.Floor(x)));
            x = 1 - x;
        }
        while (x < 12)
        {
            result -= 1 / x;
            x += 1;
        }
        var z = 1 / (x * x);
        return result + Log(x) - (0.5 / x) - (
            z * ((1.0 / 12) - (z * ((1.0 / 120) - (z * ((1.0 / 252) - (z * ((1.0 / 240) - (z * ((5.0 / 660) - (z * (691.0 / 32760))))))))))));
    }

    /// <summary>With PyTorch's six steps of recurrence and three terms of the series: 1e-10, and the same numbers.</summary>
    public static double Trigamma(double x)
    {
        double sign = 1;
        double result = 0;
        if (x < 0.5)
        {
            sign = -1;
            var sin = Sin(Math.PI * x);
            result -= Math.PI * Math.PI / (sin * sin);
            x = 1 - x;
        }
        for (var i = 0; i < 6; i++)
        {
            result += 1 / (x * x);
            x += 1;
        }
        var z = 1 / (x * x);
        result += (1 + (1 / (2 * x)) + (z * ((1.0 / 6) - (z * ((1.0 / 30) - (z * (1.0 / 42))))))) / x;
        return sign * result;
    }

    private static double SinKernel(double x, double y)
    {
        var z = x * x;
        var v = z * x;
        var r = Math.FusedMultiplyAdd(
            z,
            Math.FusedMultiplyAdd(
                z,
                Math.FusedMultiplyAdd(z, Math.FusedMultiplyAdd(z, 1.58969099521155010221e-10, -2.50507602534068634195e-08), 2.75573137070700676789e-06),
                -1.98412698298579493134e-04),
            8.33333333332248946124e-03);
        return x - ((z * ((0.5 * y) - (v * r))) - y - (v * -1.66666666666666324348e-01));
    }

    private static double CosKernel(double x, double y)
    {
        var z = x * x;
        var r = z * Math.FusedMultiplyAdd(
            z,
            Math.FusedMultiplyAdd(
                z,
                Math.FusedMultiplyAdd(
                    z,
                    Math.FusedMultiplyAdd(z, Math.FusedMultiplyAdd(z, -1.13596475577881948265e-11, 2.08757232129817482790e-09), -2.75573143513906633035e-07),
                    2.48015872894767294178e-05),
                -1.38888888888741095749e-03),
            4.16666666666666019037e-02);
        var hz = 0.5 * z;
        var w = 1 - hz;
        return w + (1 - w - hz + ((z * r) - (x * y)));
    }

    /// <summary>x minus the nearest multiple of pi/2, as a pair; the multiple modulo 4.</summary>
    private static int Reduce(double x, out double r, out double lo)
    {
        if (double.IsNaN(x) || double.IsInfinity(x))
        {
            r = double.NaN;
            lo = 0;
            return 0;
        }
        if (Math.Abs(x) > 1e5)
            return ReduceLarge(x, out r, out lo);
        var n = Math.Round(x * 6.36619772367581382433e-01);
        // pi/2 in three parts of 33, 33 and 53 bits: the first two products are exact.
        var t = Math.FusedMultiplyAdd(n, -1.57079632673412561417e+00, x);
        var w = n * 6.07710050630396597660e-11;
        var hi = t - w;
        var err = t - hi - w;
        var third = Math.FusedMultiplyAdd(n, -2.02226624879595063154e-21, err);
        r = hi + third;
        lo = hi - r + third;
        return (int)((long)n & 3);
    }

    /// <summary>Exact: the double is an integer times a power of two, reduced modulo pi/2 with 1200 bits of 2/pi.</summary>
    private static int ReduceLarge(double x, out double r, out double lo)
    {
        var bits = BitConverter.DoubleToInt64Bits(Math.Abs(x));
        var exponent = (int)(bits >> 52) - 1075;
        var mantissa = new System.Numerics.BigInteger((bits & 0xFFFFFFFFFFFFFL) | 0x10000000000000L);
        var product = mantissa * TwoOverPi.Value;
        var shift = TwoOverPiBits - exponent;
        // product / 2^shift = x * 2/pi; keep 2 integer bits and 128 fraction bits.
        var fixedPoint = shift >= 128 ? product >> (shift - 128) : product << (128 - shift);
        var fraction = fixedPoint & ((System.Numerics.BigInteger.One << 128) - 1);
        var quadrant = (int)(long)((fixedPoint >> 128) & 3);
        if (fraction >> 127 == 1)
        {
            fraction -= System.Numerics.BigInteger.One << 128;
            quadrant = (quadrant + 1) & 3;
        }
        var value = (double)fraction * Math.Pow(2, -128) * 1.5707963267948966;
        r = x < 0 ? -value : value;
        lo = 0;
        return x < 0 ? -quadrant & 3 : quadrant;
    }

    private const int TwoOverPiBits = 1400;

    /// <summary>floor(2^1400 * 2 / pi), from Machin's formula for pi.</summary>
    private static readonly Lazy<System.Numerics.BigInteger> TwoOverPi = new(static () =>
    {
        const int Bits = 1600;
        var one = System.Numerics.BigInteger.One << Bits;
        System.Numerics.BigInteger Arctan(int inverse)
        {
            var term = one / inverse;
            var sum = term;
            for (var k = 1; !term.IsZero; k++)
            {
                term /= inverse * inverse;
                sum += (k % 2 == 0 ? term : -term) / ((2 * k) + 1);
            }
            return sum;
        }
        var pi = 4 * ((4 * Arctan(5)) - Arctan(239));
        return (System.Numerics.BigInteger.One << (Bits + TwoOverPiBits + 1)) / pi;
    });

    private static double Horner(double x, double[] c)
    {
        var y = c[0];
        for (var i = 1; i < c.Length; i++)
            y = Math.FusedMultiplyAdd(y, x, c[i]);
        return y;
    }

    private static double Monic(double x, double[] c)
    {
        var y = x + c[0];
        for (var i = 1; i < c.Length; i++)
            y = Math.FusedMultiplyAdd(y, x, c[i]);
        return y;
    }

    private static readonly double[] ErfT =
    [
        9.60497373987051638749e0, 9.00260197203842689217e1, 2.23200534594684319226e3, 7.00332514112805075473e3, 5.55923013010394962768e4,
    ];
    private static readonly double[] ErfU =
    [
        3.35617141647503099647e1, 5.21357949780152679795e2, 4.59432382970980127987e3, 2.26290000613890934246e4, 4.92673942608635921086e4,
    ];
    private static readonly double[] ErfcP =
    [
        2.46196981473530512524e-10, 5.64189564831068821977e-1, 7.46321056442269912687e0, 4.86371970985681366614e1, 1.96520832956077098242e2,
        5.26445194995477358631e2, 9.34528527171957607540e2, 1.02755188689515710272e3, 5.57535335369399327526e2,
    ];
    private static readonly double[] ErfcQ =
    [
        1.32281951154744992508e1, 8.67072140885989742329e1, 3.54937778887819891062e2, 9.75708501743205489753e2, 1.82390916687909736289e3,
        2.24633760818710981792e3, 1.65666309194161350182e3, 5.57535340817727675546e2,
    ];
    private static readonly double[] ErfcR =
    [
        5.64189583547755073984e-1, 1.27536670759978104416e0, 5.01905042251180477414e0, 6.16021097993053585195e0, 7.40974269950448939160e0,
        2.97886665372100240670e0,
    ];
    private static readonly double[] ErfcS =
    [
        2.26052863220117276590e0, 9.39603524938001434673e0, 1.20489539808096656605e1, 1.70814450747565897222e1, 9.60896809063285878198e0,
        3.36907645100081516050e0,
    ];
}
