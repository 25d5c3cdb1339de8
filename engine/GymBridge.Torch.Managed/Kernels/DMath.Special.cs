namespace GymBridge.Torch.Managed;

/// <content>The error function and the gamma function, with their kin.</content>
internal static partial class DMath
{
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
