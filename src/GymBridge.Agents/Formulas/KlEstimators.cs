using static TorchSharp.torch;

namespace GymBridge.Agents.Formulas;

/// <summary>Estimates of KL(p || q) from samples of p, each of one sample's log-probabilities.</summary>
/// <remarks>Source: Schulman 2020, "Approximating KL divergence". As rewards, k1 gives the gradient of KL(p || q). As losses, with the
/// samples held, the mean gradient of k1 is 0, that of k2 is KL(p || q)'s and that of k3 is KL(q || p)'s.</remarks>
public static class KlEstimators
{
    /// <summary>log p - log q: without bias, of either sign.</summary>
    /// <param name="logProbabilities">float32, any shape; log p of the samples.</param>
    /// <param name="otherLogProbabilities">float32, the same shape; log q of the samples.</param>
    public static Tensor K1(Tensor logProbabilities, Tensor otherLogProbabilities)
    {
        ArgumentNullException.ThrowIfNull(logProbabilities);
        ArgumentNullException.ThrowIfNull(otherLogProbabilities);
        return logProbabilities - otherLogProbabilities;
    }

    /// <summary>(log p - log q)^2 / 2: biased, of small variance.</summary>
    /// <param name="logProbabilities">float32, any shape; log p of the samples.</param>
    /// <param name="otherLogProbabilities">float32, the same shape; log q of the samples.</param>
    public static Tensor K2(Tensor logProbabilities, Tensor otherLogProbabilities) => K1(logProbabilities, otherLogProbabilities).square() / 2;

    /// <summary>q / p - 1 - log(q / p): without bias, never negative.</summary>
    /// <param name="logProbabilities">float32, any shape; log p of the samples.</param>
    /// <param name="otherLogProbabilities">float32, the same shape; log q of the samples.</param>
    public static Tensor K3(Tensor logProbabilities, Tensor otherLogProbabilities)
    {
        var difference = -K1(logProbabilities, otherLogProbabilities);
        return difference.exp() - difference - 1;
    }
}
