namespace GymBridge.Agents.Actions;

/// <summary>Sampling from probabilities by one uniform number.</summary>
internal static class InverseCdf
{
    /// <summary>The index at which the running sum, in float64, exceeds the share <paramref name="uniform"/> of the whole sum.</summary>
    /// <param name="probabilities">Not negative; they need not sum to one.</param>
    /// <param name="uniform">In [0, 1).</param>
    public static int Find(ReadOnlySpan<float> probabilities, double uniform)
    {
        var total = 0.0;
        foreach (var probability in probabilities)
        {
            total += probability;
        }

        var threshold = uniform * total;
        var sum = 0.0;
        var last = probabilities.Length - 1;
        for (var i = 0; i < probabilities.Length; i++)
        {
            sum += probabilities[i];
            if (threshold < sum)
            {
                return i;
            }

            if (probabilities[i] > 0)
            {
                last = i;
            }
        }

        // Rounding may leave the threshold at the sum itself: the last action that is possible.
        return last;
    }
}
