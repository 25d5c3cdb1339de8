namespace GymBridge.Torch.Managed;

/// <content>Sine and cosine, of any argument exactly reduced.</content>
internal static partial class DMath
{
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
}
