namespace GymBridge.Agents.Formulas;

/// <summary>Means and variances, summed in order in float64 so that they reproduce.</summary>
public static class Statistics
{
    /// <summary>Arithmetic mean; NaN of nothing.</summary>
    public static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    /// <summary>Standard deviation of a population (divided by n); NaN of nothing.</summary>
    public static double StandardDeviation(ReadOnlySpan<double> values)
    {
        var mean = Mean(values);
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += (value - mean) * (value - mean);
        }

        return Math.Sqrt(sum / values.Length);
    }

    /// <summary>1 - Var(returns - values) / Var(returns): 1 is a perfect critic, 0 a constant one; NaN if returns do not vary.</summary>
    /// <remarks>Source: stable_baselines3/common/utils.py, explained_variance.</remarks>
    public static double ExplainedVariance(ReadOnlySpan<float> values, ReadOnlySpan<float> returns)
    {
        var (sumError, sumError2, sum, sum2) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < returns.Length; i++)
        {
            var error = (double)returns[i] - values[i];
            sumError += error;
            sumError2 += error * error;
            sum += returns[i];
            sum2 += (double)returns[i] * returns[i];
        }

        var n = (double)returns.Length;
        var variance = (sum2 / n) - (sum / n * (sum / n));
        return variance <= 0 ? double.NaN : 1 - (((sumError2 / n) - (sumError / n * (sumError / n))) / variance);
    }
}
