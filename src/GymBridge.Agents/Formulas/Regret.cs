namespace GymBridge.Agents.Formulas;

/// <summary>What is known about the regret of a bandit whose mean rewards are known.</summary>
public static class Regret
{
    /// <summary>float64 [K]; what each arm pays less than the best.</summary>
    public static IReadOnlyList<double> Gaps(IReadOnlyList<double> means)
    {
        ArgumentNullException.ThrowIfNull(means);
        return [.. means.Select(mean => means.Max() - mean)];
    }

    /// <summary>Regret of arms that are pulled at random: steps times the mean gap.</summary>
    public static double OfUniform(IReadOnlyList<double> means, long steps) => steps * Gaps(means).Average();

    /// <summary>What epsilon-greedy loses at least by its random pulls: epsilon times the regret of arms at random.</summary>
    public static double FloorOfEpsilonGreedy(IReadOnlyList<double> means, double epsilon, long steps) => epsilon * OfUniform(means, steps);

    /// <summary>The constant before ln T that no policy can beat in the long run: the sum over worse arms of gap / KL(arm, best).</summary>
    /// <param name="means">float64 [K]; probabilities of a reward of 1.</param>
    /// <remarks>Source: Lai and Robbins 1985, theorem 1, for Bernoulli arms.</remarks>
    public static double LaiRobbinsConstant(IReadOnlyList<double> means)
    {
        var best = means?.Max() ?? throw new ArgumentNullException(nameof(means));
        return means.Where(mean => mean < best).Sum(mean => (best - mean) / Divergence(mean, best));
    }

    /// <summary>What the expected regret of UCB1 stays below: 8 sum (ln T / gap) + (1 + pi^2 / 3) sum gap.</summary>
    /// <remarks>Source: Auer, Cesa-Bianchi and Fischer 2002, theorem 1; rewards in [0, 1].</remarks>
    public static double Ucb1Bound(IReadOnlyList<double> means, long steps)
    {
        var gaps = Gaps(means);
        return (8 * gaps.Where(gap => gap > 0).Sum(gap => Math.Log(steps) / gap)) + ((1 + (Math.PI * Math.PI / 3)) * gaps.Sum());
    }

    // KL of two Bernoulli distributions; 0 log 0 is 0.
    private static double Divergence(double p, double q)
    {
        return Term(p, q) + Term(1 - p, 1 - q);

        static double Term(double p, double q) => p == 0 ? 0 : p * Math.Log(p / q);
    }
}
