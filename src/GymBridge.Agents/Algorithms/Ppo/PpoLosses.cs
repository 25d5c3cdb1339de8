namespace GymBridge.Agents;

/// <summary>The parts of PPO's loss, as they are logged.</summary>
/// <param name="Loss">The whole loss.</param>
/// <param name="PolicyLoss">Clipped surrogate, negated.</param>
/// <param name="ValueLoss">Mean squared error of the values, unweighted.</param>
/// <param name="EntropyLoss">Negative mean entropy.</param>
/// <param name="ApproximateKl">mean((ratio - 1) - log ratio), an estimate of KL(old || new).</param>
/// <param name="ClipFraction">Share of ratios outside the clip range.</param>
/// <param name="GradNorm">Global norm of the gradient before clipping.</param>
internal readonly record struct PpoLosses(
    double Loss, double PolicyLoss, double ValueLoss, double EntropyLoss, double ApproximateKl, double ClipFraction, double GradNorm)
{
    /// <summary>What is logged, under Stable-Baselines3's names.</summary>
    public IEnumerable<KeyValuePair<string, double>> Metrics(double learningRate, double clipRange) =>
    [
        new("train/learning_rate", learningRate),
        new("train/clip_range", clipRange),
        new("train/policy_gradient_loss", PolicyLoss),
        new("train/value_loss", ValueLoss),
        new("train/entropy_loss", EntropyLoss),
        new("train/loss", Loss),
        new("train/approx_kl", ApproximateKl),
        new("train/clip_fraction", ClipFraction),
        new("train/grad_norm", GradNorm),
    ];

    /// <summary>Element-wise sum.</summary>
    public PpoLosses Plus(PpoLosses other) => new(
        Loss + other.Loss,
        PolicyLoss + other.PolicyLoss,
        ValueLoss + other.ValueLoss,
        EntropyLoss + other.EntropyLoss,
        ApproximateKl + other.ApproximateKl,
        ClipFraction + other.ClipFraction,
        GradNorm + other.GradNorm);

    /// <summary>Element-wise quotient; zero of nothing.</summary>
    public PpoLosses Mean(int count) => count == 0 ? default : new(
        Loss / count, PolicyLoss / count, ValueLoss / count, EntropyLoss / count, ApproximateKl / count, ClipFraction / count, GradNorm / count);
}
