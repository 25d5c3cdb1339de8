using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace GymBridge.Seeding;

public sealed partial class Rng
{
    private const double NormalTail = 3.6541528853610087963519472518;
    private const double NormalTailInverse = 0.27366123732975827203338247596;
    private const double ExponentialTail = 7.6971174701310497140446280481;
    private const ulong MantissaMask = 0x000F_FFFF_FFFF_FFFF;
    private const ulong InfinityBits = 0x7FF0_0000_0000_0000;

    // Where NumPy changes from searching the distribution to inverting it.
    private const double GeometricSearchFrom = 0.333333333333333333333333;

    // The smallest double above long.MaxValue.
    private const double Int64Limit = 9.223372036854776e+18;

    /// <summary>low + (high - low) * random(); <c>uniform(low, high)</c>.</summary>
    /// <param name="low">Inclusive.</param>
    /// <param name="high">Exclusive, but reachable by rounding; not below <paramref name="low"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">high - low is negative.</exception>
    /// <exception cref="OverflowException">high - low is not finite.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Uniform(double low, double high)
    {
        var range = CheckedRange(low, high);
        return low + (range * Random());
    }

    /// <summary>Fills with low + (high - low) * random(); <c>uniform(low, high, n)</c>.</summary>
    /// <param name="low">Inclusive.</param>
    /// <param name="high">Exclusive, but reachable by rounding; not below <paramref name="low"/>.</param>
    /// <param name="destination">float64 [n].</param>
    /// <exception cref="ArgumentOutOfRangeException">high - low is negative; nothing is drawn.</exception>
    /// <exception cref="OverflowException">high - low is not finite; nothing is drawn.</exception>
    public void Uniform(double low, double high, Span<double> destination)
    {
        var range = CheckedRange(low, high);
        var lcg = _bits.Lcg;
        foreach (ref var value in destination)
        {
            value = low + (range * ToUnit(lcg.Next()));
        }

        _bits.Lcg = lcg;
    }

    /// <summary>Fills element by element with low[i] + (high[i] - low[i]) * random(); <c>uniform(low, high)</c> of arrays.</summary>
    /// <param name="low">float64 [n]; widen float32 bounds first, as NumPy does.</param>
    /// <param name="high">float64 [n].</param>
    /// <param name="destination">float64 [n].</param>
    /// <exception cref="ArgumentException">The lengths differ; nothing is drawn.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Some high[i] - low[i] is negative; nothing is drawn.</exception>
    /// <exception cref="OverflowException">Some high[i] - low[i] is not finite; nothing is drawn.</exception>
    public void Uniform(ReadOnlySpan<double> low, ReadOnlySpan<double> high, Span<double> destination)
    {
        if (low.Length != destination.Length || high.Length != destination.Length)
        {
            throw new ArgumentException(
                $"Uniform got bounds of lengths [{low.Length}] and [{high.Length}] for a destination of length [{destination.Length}]; all three must be equal.");
        }

        // First all checks, so that a bad bound leaves the stream where it was.
        for (var i = 0; i < destination.Length; i++)
        {
            CheckedRange(low[i], high[i]);
        }

        var lcg = _bits.Lcg;
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = low[i] + ((high[i] - low[i]) * ToUnit(lcg.Next()));
        }

        _bits.Lcg = lcg;
    }

    /// <summary>A standard normal float64; <c>standard_normal()</c>.</summary>
    /// <remarks>Ziggurat of 256 layers, Marsaglia and Tsang 2000; usually one 64-bit draw.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double StandardNormal()
    {
        var bits = _bits.NextUInt64();
        var layer = (byte)bits;
        var mantissa = (bits >> 9) & MantissaMask;

        // The sign bit is moved, not branched on: a coin toss mispredicts half the time.
        var magnitude = (double)(long)mantissa * ZigguratTables.NormalWidth[layer];
        var x = BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(magnitude) | ((bits >> 8) << 63));
        return mantissa < ZigguratTables.NormalAccept[layer] ? x : StandardNormalRare(layer, mantissa, x);
    }

    /// <summary>Fills with standard normal float64; <c>standard_normal(n)</c>.</summary>
    /// <param name="destination">float64 [n].</param>
    public void StandardNormal(Span<double> destination)
    {
        foreach (ref var value in destination)
        {
            value = StandardNormal();
        }
    }

    /// <summary>A standard normal float64; <c>normal()</c>, which differs from <see cref="StandardNormal()"/> in giving 0 for -0.</summary>
    public double Normal() => 0.0 + StandardNormal();

    /// <summary>loc + scale * standard normal; <c>normal(loc, scale)</c>.</summary>
    /// <param name="loc">The mean.</param>
    /// <param name="scale">The standard deviation; not negative, -0 included.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="scale"/> is negative.</exception>
    public double Normal(double loc, double scale)
    {
        CheckScale(scale);
        return loc + (scale * StandardNormal());
    }

    /// <summary>Fills with loc + scale * standard normal; <c>normal(loc, scale, n)</c>.</summary>
    /// <param name="loc">The mean.</param>
    /// <param name="scale">The standard deviation; not negative, -0 included.</param>
    /// <param name="destination">float64 [n].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="scale"/> is negative; nothing is drawn.</exception>
    public void Normal(double loc, double scale, Span<double> destination)
    {
        CheckScale(scale);
        foreach (ref var value in destination)
        {
            value = loc + (scale * StandardNormal());
        }
    }

    /// <summary>A standard exponential float64; <c>standard_exponential()</c>.</summary>
    /// <remarks>Ziggurat of 256 layers, Marsaglia and Tsang 2000; usually one 64-bit draw.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double StandardExponential()
    {
        var bits = _bits.NextUInt64() >> 3;
        var layer = (byte)bits;
        var mantissa = bits >> 8;
        var x = (double)(long)mantissa * ZigguratTables.ExponentialWidth[layer];
        return mantissa < ZigguratTables.ExponentialAccept[layer] ? x : StandardExponentialRare(layer, x);
    }

    /// <summary>A standard exponential float64; <c>exponential()</c>.</summary>
    public double Exponential() => StandardExponential();

    /// <summary>scale * standard exponential; <c>exponential(scale)</c>.</summary>
    /// <param name="scale">The mean; not negative, -0 included.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="scale"/> is negative.</exception>
    public double Exponential(double scale)
    {
        CheckScale(scale);
        return scale * StandardExponential();
    }

    /// <summary>Fills with scale * standard exponential; <c>exponential(scale, n)</c>.</summary>
    /// <param name="scale">The mean; not negative, -0 included.</param>
    /// <param name="destination">float64 [n].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="scale"/> is negative; nothing is drawn.</exception>
    public void Exponential(double scale, Span<double> destination)
    {
        CheckScale(scale);
        foreach (ref var value in destination)
        {
            value = scale * StandardExponential();
        }
    }

    /// <summary>The number of trials up to the first success, at least 1; <c>geometric(p)</c>.</summary>
    /// <param name="p">Probability of success in one trial, in (0, 1].</param>
    /// <returns>int64; <see cref="long.MaxValue"/> where the count is larger.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is outside (0, 1] or NaN.</exception>
    public long Geometric(double p)
    {
        if (!(p > 0.0 && p <= 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, $"Probability {p} is outside (0, 1]; pass the chance of success of one trial.");
        }

        return p >= GeometricSearchFrom ? GeometricBySearch(p) : GeometricByInversion(p);
    }

    /// <summary>Fills with trial counts; <c>geometric(p, n)</c>.</summary>
    /// <param name="p">Probability of success in one trial, in (0, 1].</param>
    /// <param name="destination">int64 [n].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is outside (0, 1] or NaN.</exception>
    public void Geometric(double p, Span<long> destination)
    {
        foreach (ref var value in destination)
        {
            value = Geometric(p);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private double StandardNormalRare(int layer, ulong mantissa, double x)
    {
        while (true)
        {
            if (layer == 0)
            {
                return NormalTailDraw(mantissa);
            }

            var edge = ZigguratTables.NormalDensity[layer];
            var drop = ZigguratTables.NormalDensity[layer - 1] - edge;
            if ((drop * Random()) + edge < Math.Exp(-0.5 * x * x))
            {
                return x;
            }

            var bits = _bits.NextUInt64();
            layer = (byte)bits;
            mantissa = (bits >> 9) & MantissaMask;
            x = (double)(long)mantissa * ZigguratTables.NormalWidth[layer];
            x = (bits & 0x100) != 0 ? -x : x;
            if (mantissa < ZigguratTables.NormalAccept[layer])
            {
                return x;
            }
        }
    }

    // The tail takes its sign from another bit of the mantissa than the body does; so does NumPy.
    private double NormalTailDraw(ulong mantissa)
    {
        while (true)
        {
            var excess = -NormalTailInverse * NumPyMath.Log1P(-Random());
            var height = -NumPyMath.Log1P(-Random());
            if (height + height > excess * excess)
            {
                return (mantissa & 0x100) != 0 ? -(NormalTail + excess) : NormalTail + excess;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private double StandardExponentialRare(int layer, double x)
    {
        if (layer == 0)
        {
            return ExponentialTail - NumPyMath.Log1P(-Random());
        }

        var edge = ZigguratTables.ExponentialDensity[layer];
        var drop = ZigguratTables.ExponentialDensity[layer - 1] - edge;
        return (drop * Random()) + edge < Math.Exp(-x) ? x : StandardExponential();
    }

    private long GeometricBySearch(double p)
    {
        var trials = 1L;
        var product = p;
        var sum = p;
        var failure = 1.0 - p;
        var u = Random();
        while (u > sum)
        {
            product *= failure;
            sum += product;
            trials++;
        }

        return trials;
    }

    private long GeometricByInversion(double p)
    {
        var trials = Math.Ceiling(-StandardExponential() / NumPyMath.Log1P(-p));
        return trials >= Int64Limit ? long.MaxValue : (long)trials;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double CheckedRange(double low, double high)
    {
        var range = high - low;

        // One comparison finds every sign bit, infinity and NaN.
        if (BitConverter.DoubleToUInt64Bits(range) >= InfinityBits)
        {
            ThrowBadRange(low, high);
        }

        return range;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckScale(double scale)
    {
        // As NumPy: -0 is refused, NaN is not.
        if (double.IsNegative(scale) && !double.IsNaN(scale))
        {
            ThrowBadScale(scale);
        }
    }

    [DoesNotReturn]
    private static void ThrowBadRange(double low, double high)
    {
        var message = $"Uniform needs high - low finite and not negative; low is {low} and high is {high}. Pass finite bounds with low <= high.";

        // NumPy: an OverflowError for a range that is not finite, a ValueError for a negative one.
        throw double.IsFinite(high - low) ? new ArgumentOutOfRangeException(nameof(high), high, message) : new OverflowException(message);
    }

    [DoesNotReturn]
    private static void ThrowBadScale(double scale) =>
        throw new ArgumentOutOfRangeException(nameof(scale), scale, $"Scale {scale} is negative; pass 0 or greater.");
}
