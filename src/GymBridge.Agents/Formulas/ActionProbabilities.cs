namespace GymBridge.Agents.Formulas;

/// <summary>How likely each action is, given the values of all.</summary>
public static class ActionProbabilities
{
    /// <summary>Epsilon-greedy: (1 - epsilon) goes to the best action, epsilon to all in equal parts, the best one among them.</summary>
    /// <param name="values">float64 [K]; the value of each action.</param>
    /// <param name="epsilon">Share of random actions, in [0, 1].</param>
    /// <param name="splitsTies">Whether equally good actions share what goes to the best; if not, the first of them has it all.</param>
    /// <param name="probabilities">float64 [K]; filled, with sum 1.</param>
    /// <exception cref="ArgumentException">The lengths differ, or there is no action.</exception>
    /// <remarks>Source: Sutton and Barto 2018, section 2.2.</remarks>
    public static void EpsilonGreedy(ReadOnlySpan<double> values, double epsilon, bool splitsTies, Span<double> probabilities)
    {
        Check(values, probabilities);
        var best = values[ArgMax(values)];
        var ties = 0;
        foreach (var value in values)
        {
            ties += value == best ? 1 : 0;
        }

        var shares = splitsTies ? ties : 1;
        var left = shares;
        for (var i = 0; i < values.Length; i++)
        {
            var isBest = values[i] == best && left-- > 0;
            probabilities[i] = (epsilon / values.Length) + (isBest ? (1 - epsilon) / shares : 0);
        }
    }

    /// <summary>Softmax of values over a temperature: exp(Q / tau) over its sum, with the greatest exponent taken out first.</summary>
    /// <param name="values">float64 [K]; the value, or logit, of each action.</param>
    /// <param name="temperature">tau, positive: towards 0 the best action alone, towards infinity all alike.</param>
    /// <param name="probabilities">float64 [K]; filled, with sum 1.</param>
    /// <exception cref="ArgumentException">The lengths differ, or there is no action.</exception>
    /// <remarks>Source: Sutton and Barto 2018, section 2.8, equation 2.11.</remarks>
    public static void Boltzmann(ReadOnlySpan<double> values, double temperature, Span<double> probabilities)
    {
        Check(values, probabilities);
        var best = values[ArgMax(values)];
        var sum = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            probabilities[i] = Math.Exp((values[i] - best) / temperature);
            sum += probabilities[i];
        }

        foreach (ref var probability in probabilities)
        {
            probability /= sum;
        }
    }

    /// <summary>The first of the greatest values.</summary>
    public static int ArgMax(ReadOnlySpan<double> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }

    private static void Check(ReadOnlySpan<double> values, Span<double> probabilities)
    {
        if (values.IsEmpty || values.Length != probabilities.Length)
        {
            throw new ArgumentException($"There are {values.Length} values and room for {probabilities.Length} probabilities; pass as many of each, at least one.", nameof(probabilities));
        }
    }
}
