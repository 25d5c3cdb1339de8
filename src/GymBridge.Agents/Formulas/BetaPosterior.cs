namespace GymBridge.Agents.Formulas;

/// <summary>What is known of a probability after some successes and failures: a Beta distribution.</summary>
/// <param name="Alpha">1 and the successes, with a uniform prior.</param>
/// <param name="Beta">1 and the failures.</param>
public readonly record struct BetaPosterior(double Alpha, double Beta)
{
    /// <summary>Nothing is known: Beta(1, 1).</summary>
    public static BetaPosterior Uniform => new(1, 1);

    /// <summary>alpha / (alpha + beta).</summary>
    public double Mean => Alpha / (Alpha + Beta);

    /// <summary>alpha beta / ((alpha + beta)^2 (alpha + beta + 1)).</summary>
    public double Variance => Mean * (1 - Mean) / (Alpha + Beta + 1);

    /// <summary>The posterior after one more reward: alpha + r, beta + 1 - r.</summary>
    /// <param name="reward">0 or 1.</param>
    public BetaPosterior After(double reward) => new(Alpha + reward, Beta + 1 - reward);

    /// <summary>The probability that a draw of this one is above a draw of another.</summary>
    /// <exception cref="ArgumentException">A parameter is no whole number of at least 1, as after counts on a uniform prior.</exception>
    /// <remarks>The sum over i below alpha of B(other.alpha + i, other.beta + beta) / ((beta + i) B(1 + i, beta) B(other.alpha, other.beta)).
    /// Source: Miller, "Formulas for Bayesian A/B testing", 2014, equation 6.</remarks>
    public double ProbabilityAbove(BetaPosterior other)
    {
        if (new[] { Alpha, Beta, other.Alpha, other.Beta }.Any(value => value < 1 || value != Math.Floor(value)))
        {
            throw new ArgumentException($"The closed form needs whole numbers of at least 1, got {this} and {other}.", nameof(other));
        }

        var total = 0.0;
        for (var i = 0; i < Alpha; i++)
        {
            total += Math.Exp(LogBeta(other.Alpha + i, other.Beta + Beta) - Math.Log(Beta + i) - LogBeta(1 + i, Beta) - LogBeta(other.Alpha, other.Beta));
        }

        return total;
    }

    // B(a, b) = (a - 1)! (b - 1)! / (a + b - 1)!
    private static double LogBeta(double a, double b) => LogFactorial(a - 1) + LogFactorial(b - 1) - LogFactorial(a + b - 1);

    private static double LogFactorial(double n)
    {
        var sum = 0.0;
        for (var i = 2; i <= n; i++)
        {
            sum += Math.Log(i);
        }

        return sum;
    }
}
