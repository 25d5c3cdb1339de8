namespace GymBridge.Agents.Formulas;

/// <summary>The policy that maximises E[r] - beta KL(pi || ref).</summary>
public static class Tilt
{
    /// <summary>pi* = ref exp(r / beta) / Z.</summary>
    /// <param name="logReference">[K]; log-probabilities of all responses under the reference policy.</param>
    /// <param name="rewards">[K].</param>
    /// <param name="beta">Weight of the divergence, positive.</param>
    /// <returns>[K]; the probabilities of the responses, and log Z, where beta log Z is the maximum.</returns>
    /// <remarks>Source: Rafailov et al. 2023, arXiv:2305.18290, equation 4.</remarks>
    /// <exception cref="ArgumentException">The lengths differ, or there is no response.</exception>
    public static (double[] Policy, double LogZ) Of(ReadOnlySpan<double> logReference, ReadOnlySpan<double> rewards, double beta)
    {
        if (logReference.IsEmpty || logReference.Length != rewards.Length)
        {
            throw new ArgumentException($"A tilt needs responses, each with a log-probability and a reward; got {logReference.Length} and {rewards.Length}.");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        var weights = new double[rewards.Length];
        var largest = double.NegativeInfinity;
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = logReference[i] + (rewards[i] / beta);
            largest = Math.Max(largest, weights[i]);
        }

        var sum = 0.0;
        foreach (var weight in weights)
        {
            sum += Math.Exp(weight - largest);
        }

        var logZ = largest + Math.Log(sum);
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = Math.Exp(weights[i] - logZ);
        }

        return (weights, logZ);
    }
}
