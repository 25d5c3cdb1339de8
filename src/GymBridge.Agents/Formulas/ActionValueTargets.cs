namespace GymBridge.Agents.Formulas;

/// <summary>What temporal-difference control moves Q(s, a) towards after one transition.</summary>
/// <remarks>Source: Sutton and Barto 2018, sections 6.4 to 6.6.</remarks>
public static class ActionValueTargets
{
    /// <summary>r + gamma Q(s', a'), where a' is the action that is taken next.</summary>
    /// <param name="reward">r.</param>
    /// <param name="gamma">Discount per step.</param>
    /// <param name="next">Q(s', a').</param>
    /// <param name="terminated">Whether the episode ended by itself: then nothing comes after r.</param>
    public static double Sarsa(double reward, double gamma, double next, bool terminated) => terminated ? reward : reward + (gamma * next);

    /// <summary>r + gamma max_a' Q(s', a').</summary>
    /// <param name="reward">r.</param>
    /// <param name="gamma">Discount per step.</param>
    /// <param name="next">float64 [A]; Q(s', .), at least one.</param>
    /// <param name="terminated">Whether the episode ended by itself: then nothing comes after r.</param>
    public static double QLearning(double reward, double gamma, ReadOnlySpan<double> next, bool terminated) =>
        terminated ? reward : reward + (gamma * Greatest(next));

    /// <summary>r + gamma sum_a' pi(a' | s') Q(s', a') of the epsilon-greedy policy.</summary>
    /// <param name="reward">r.</param>
    /// <param name="gamma">Discount per step.</param>
    /// <param name="next">float64 [A]; Q(s', .), at least one.</param>
    /// <param name="epsilon">Share of random actions, in [0, 1].</param>
    /// <param name="terminated">Whether the episode ended by itself: then nothing comes after r.</param>
    public static double ExpectedSarsa(double reward, double gamma, ReadOnlySpan<double> next, double epsilon, bool terminated) =>
        terminated ? reward : reward + (gamma * Expected(next, epsilon));

    /// <summary>sum_a pi(a | s) Q(s, a) of the epsilon-greedy policy: however ties are split, it is the same.</summary>
    /// <param name="values">float64 [A]; Q(s, .), at least one.</param>
    /// <param name="epsilon">Share of random actions, in [0, 1].</param>
    public static double Expected(ReadOnlySpan<double> values, double epsilon)
    {
        var (greatest, sum) = (values[0], 0.0);
        foreach (var value in values)
        {
            (greatest, sum) = (Math.Max(greatest, value), sum + value);
        }

        return ((1 - epsilon) * greatest) + (epsilon * sum / values.Length);
    }

    /// <summary>A value after a step towards its target: Q + alpha (target - Q).</summary>
    /// <param name="value">Q.</param>
    /// <param name="target">What it is moved towards.</param>
    /// <param name="stepSize">alpha, in [0, 1].</param>
    public static double Move(double value, double target, double stepSize) => value + (stepSize * (target - value));

    private static double Greatest(ReadOnlySpan<double> values)
    {
        var greatest = values[0];
        foreach (var value in values)
        {
            greatest = Math.Max(greatest, value);
        }

        return greatest;
    }
}
