namespace GymBridge.Torch.Managed;

/// <summary>The gamma function's family: incomplete gamma and beta integrals, their derivatives by a parameter, Hurwitz' zeta. In double.</summary>
internal static class GammaMath
{
    private const double Epsilon = 1e-17;
    private const int MostTerms = 1_000_000;

    /// <summary>(2j)! / B_2j for j = 1 to 8, of the Euler-Maclaurin sum.</summary>
    private static readonly double[] EulerMaclaurin = [12, -720, 30240, -1209600, 47900160, -1307674368000.0 / 691, 74724249600, -10670622842880000.0 / 3617];

    /// <summary>The regularized lower incomplete gamma integral P(a, x).</summary>
    public static double LowerGamma(double a, double x)
    {
        if (Edge(a, x) is { } edge)
            return edge;
        return x < a + 1 ? Math.Min(Density(a, x) * x / a * LowerSeries(a, x).Sum, 1) : 1 - (Density(a, x) * x * UpperFraction(a, x).Value);
    }

    /// <summary>The regularized upper incomplete gamma integral Q(a, x) = 1 - P(a, x).</summary>
    public static double UpperGamma(double a, double x)
    {
        if (Edge(a, x) is { } edge)
            return 1 - edge;
        return x < a + 1 ? 1 - (Density(a, x) * x / a * LowerSeries(a, x).Sum) : Math.Min(Density(a, x) * x * UpperFraction(a, x).Value, 1);
    }

    /// <summary>x^(a - 1) exp(-x) / gamma(a).</summary>
    private static double Density(double a, double x) => DMath.Exp(((a - 1) * DMath.Log(x)) - x - DMath.LogGamma(a));

    /// <summary>
    /// How a gamma variable z of scale one moves with its shape while its quantile stays (implicit reparameterization, Figurnov, Mohamed
    /// and Mnih 2018): -(dP/da) / density. libtorch approximates it to about 1e-3 of the value.
    /// </summary>
    public static double GammaByShape(double a, double z)
    {
        if (!(z > 0) || !(a > 0))
            return 0;
        if (a > 1e5)
        {
            // The cube root of z / a is normal (Wilson and Hilferty 1931) but for terms of order 1 / a.
            var w = Math.Cbrt(z / a);
            return w * w * (w + (1 / (3 * a)) - (1.5 * (w - 1 + (1 / (9 * a)))));
        }
        if (z < a + 1)
        {
            var (sum, byShape) = LowerSeries(a, z);
            return z / a * ((sum * (DMath.Digamma(a + 1) - DMath.Log(z))) - byShape);
        }
        var (value, derivative) = UpperFraction(a, z);
        return z * (((DMath.Log(z) - DMath.Digamma(a)) * value) + derivative);
    }

    /// <summary>
    /// -(dI/da) / (density (1 - x)) of a variable x of Beta(a, b), I its distribution function: how a Dirichlet variable's component moves
    /// with its own concentration.
    /// </summary>
    public static double BetaByShape(double a, double b, double x)
    {
        if (!(x > 0 && x < 1 && a > 0 && b > 0))
            return 0;
        // The smaller tail: nothing cancels there. Close to one, the series of the lower tail would be long.
        if (x * (a + b) < a && !(x > 0.9 && a < 10))
        {
            var (sum, byFirst, _) = BetaSeries(a, b, x);
            return -x / a * ((sum * (DMath.Log(x) + DMath.Digamma(a + b) - DMath.Digamma(a + 1))) + byFirst);
        }
        var (upper, _, bySecond) = BetaSeries(b, a, 1 - x);
        return x / b * ((upper * (DMath.Log(x) + DMath.Digamma(a + b) - DMath.Digamma(a))) + bySecond);
    }

    /// <summary>The derivative of digamma, n times: (-1)^(n + 1) n! zeta(n + 1, x).</summary>
    public static double Polygamma(long n, double x)
    {
        if (n == 0)
            return DMath.Digamma(x);
        if (n == 1)
            return DMath.Trigamma(x);
        double factorial = 1;
        for (long i = 2; i <= n; i++)
            factorial *= i;
        return (n % 2 == 0 ? -factorial : factorial) * Zeta(n + 1, x);
    }

    /// <summary>Hurwitz' zeta, the sum of (q + k)^-s over k from 0, by Euler and Maclaurin's formula.</summary>
    public static double Zeta(double s, double q)
    {
        if (s == 1)
            return double.PositiveInfinity;
        if (!(s > 1) || double.IsNaN(q) || (q < 0 && s != Math.Floor(s)))
            return double.NaN;
        if (q <= 0 && q == Math.Floor(q))
            return double.PositiveInfinity;
        double sum = 0;
        for (var k = 0; k < 12 || q < 12; k++)
        {
            sum += Power(q, -s);
            q++;
        }
        var tail = Power(q, -s);
        sum += (tail * q / (s - 1)) + (tail / 2);
        var factor = s;
        tail /= q;
        for (var j = 0; j < EulerMaclaurin.Length; j++)
        {
            sum += factor * tail / EulerMaclaurin[j];
            factor *= (s + (2 * j) + 1) * (s + (2 * j) + 2);
            tail /= q * q;
        }
        return sum;
    }

    /// <summary>The inverse of the normal distribution function.</summary>
    public static double NormalQuantile(double p) => p is >= 0 and <= 1 ? -Math.Sqrt(2) * InverseErfc(2 * p) : double.NaN;

    /// <summary>The answers on the border of the domain, for P.</summary>
    private static double? Edge(double a, double x) =>
        double.IsNaN(a) || double.IsNaN(x) || a < 0 || x < 0 || (a == 0 && x == 0) ? double.NaN
        : a == 0 || (double.IsInfinity(x) && !double.IsInfinity(a)) ? 1
        : x == 0 || double.IsInfinity(a) ? (double.IsInfinity(x) ? double.NaN : 0)
        : null;

    /// <summary>The sum of x^n / ((a + 1) ... (a + n)) and its derivative by a.</summary>
    private static (double Sum, double ByShape) LowerSeries(double a, double x)
    {
        double term = 1;
        double harmonic = 0;
        double sum = 1;
        double byShape = 0;
        for (var n = 1; n < MostTerms; n++)
        {
            term *= x / (a + n);
            harmonic += 1 / (a + n);
            sum += term;
            byShape -= term * harmonic;
            if (term * (1 + harmonic) < Epsilon * sum)
                break;
        }
        return (sum, byShape);
    }

    /// <summary>gamma(a, x) exp(x) / x^a by Legendre's continued fraction (modified Lentz), and its derivative by a.</summary>
    private static (double Value, double Derivative) UpperFraction(double a, double x)
    {
        // Each pair is a value and its derivative.
        var b = x + 1 - a;
        double db = -1;
        var (c, dc) = (1e300, 0.0);
        var d = 1 / b;
        var dd = -db * d * d;
        var (h, dh) = (d, dd);
        for (var n = 1; n < MostTerms; n++)
        {
            var t = -n * (n - a);
            double dt = n;
            b += 2;
            var denominator = (t * d) + b;
            var dDenominator = (dt * d) + (t * dd) + db;
            d = 1 / denominator;
            dd = -dDenominator * d * d;
            var inverse = 1 / c;
            (c, dc) = (b + (t * inverse), db + (dt * inverse) - (t * dc * inverse * inverse));
            var (step, dStep) = (c * d, (dc * d) + (c * dd));
            (h, dh) = (h * step, (dh * step) + (h * dStep));
            if (Math.Abs(step - 1) < 1e-16 && Math.Abs(dStep * h) < 1e-16 * (Math.Abs(dh) + Math.Abs(h)))
                break;
        }
        return (h, dh);
    }

    /// <summary>The sum of x^n (a + b)_n / (a + 1)_n and its derivatives by a and by b.</summary>
    private static (double Sum, double ByFirst, double BySecond) BetaSeries(double a, double b, double x)
    {
        double term = 1;
        double first = 0;
        double second = 0;
        double sum = 1;
        double byFirst = 0;
        double bySecond = 0;
        for (var n = 0; n < MostTerms; n++)
        {
            term *= x * (a + b + n) / (a + 1 + n);
            second += 1 / (a + b + n);
            first += (1 / (a + b + n)) - (1 / (a + 1 + n));
            sum += term;
            byFirst += term * first;
            bySecond += term * second;
            if (term * (1 + second) < Epsilon * sum && x * (a + b + n) < a + 1 + n)
                break;
        }
        return (sum, byFirst, bySecond);
    }

    /// <summary>q^s; exact products where s is a small integer, which a negative q needs.</summary>
    private static double Power(double q, double s)
    {
        if (s != Math.Floor(s) || Math.Abs(s) > 64)
            return DMath.Exp(s * DMath.Log(q));
        double result = 1;
        for (var i = 0; i < Math.Abs(s); i++)
            result *= q;
        return s < 0 ? 1 / result : result;
    }

    /// <summary>The inverse of erfc: where erfinv of one minus it would have lost its digits, by Newton's method on the logarithm.</summary>
    private static double InverseErfc(double y)
    {
        if (y > 1)
            return -InverseErfc(2 - y);
        if (y > 0.1)
            return DMath.ErfInv(1 - y);
        if (y == 0)
            return double.PositiveInfinity;
        var x = Math.Sqrt(-DMath.Log(y));
        for (var i = 0; i < 50; i++)
        {
            var value = DMath.Erfc(x);
            var step = (DMath.Log(value) - DMath.Log(y)) * value * Math.Sqrt(Math.PI) / 2 * DMath.Exp(x * x);
            x += step;
            if (Math.Abs(step) < 1e-16 * x)
                break;
        }
        return x;
    }
}

internal readonly struct IgammaOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, System.Numerics.INumber<T> => T.CreateTruncating(GammaMath.LowerGamma(double.CreateTruncating(a), double.CreateTruncating(b)));
}

internal readonly struct IgammacOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, System.Numerics.INumber<T> => T.CreateTruncating(GammaMath.UpperGamma(double.CreateTruncating(a), double.CreateTruncating(b)));
}

internal readonly struct GammaByShapeOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, System.Numerics.INumber<T> => T.CreateTruncating(GammaMath.GammaByShape(double.CreateTruncating(a), double.CreateTruncating(b)));
}

internal readonly struct ZetaOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, System.Numerics.INumber<T> => T.CreateTruncating(GammaMath.Zeta(double.CreateTruncating(a), double.CreateTruncating(b)));
}
