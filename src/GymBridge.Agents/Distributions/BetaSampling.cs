using GymBridge.Seeding;

namespace GymBridge.Agents.Distributions;

/// <summary>Draws of Gamma and Beta distributions.</summary>
/// <remarks>Not the draws that NumPy's Generator would make of the same stream: NumPy changes the method with the parameters.</remarks>
public static class BetaSampling
{
    /// <summary>A draw in [0, 1] of Beta(alpha, beta): X / (X + Y) of two Gamma draws.</summary>
    /// <param name="stream">Drawn from.</param>
    /// <param name="alpha">Positive.</param>
    /// <param name="beta">Positive.</param>
    public static double Beta(Rng stream, double alpha, double beta)
    {
        var x = Gamma(stream, alpha);
        var y = Gamma(stream, beta);

        // Both are 0 by rounding where the parameters are tiny: the mass is at the ends then.
        return x + y == 0 ? (stream.Random() < alpha / (alpha + beta) ? 1 : 0) : x / (x + y);
    }

    /// <summary>A draw of Gamma(shape) with scale 1.</summary>
    /// <param name="stream">Drawn from.</param>
    /// <param name="shape">Positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">The shape is not positive and finite.</exception>
    /// <remarks>Source: Marsaglia and Tsang 2000, "A simple method for generating gamma variables", ACM TOMS 26(3): the cube of a shifted
    /// normal, accepted or drawn anew; shapes below 1 by Gamma(shape + 1) U^(1 / shape).</remarks>
    public static double Gamma(Rng stream, double shape)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (shape is not (> 0 and < double.PositiveInfinity))
        {
            throw new ArgumentOutOfRangeException(nameof(shape), shape, $"The shape of a Gamma distribution must be positive and finite, got {shape}.");
        }

        if (shape < 1)
        {
            return Gamma(stream, shape + 1) * Math.Pow(1 - stream.Random(), 1 / shape);
        }

        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = stream.StandardNormal();
            var root = 1 + (c * x);
            if (root <= 0)
            {
                continue;
            }

            var v = root * root * root;
            var u = 1 - stream.Random();
            if (Math.Log(u) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }
}
