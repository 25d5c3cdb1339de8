namespace GymBridge.Agents.Formulas;

/// <summary>A softmax policy over the arms of a bandit whose mean rewards are known: J and its gradients in closed form.</summary>
/// <remarks>pi = softmax(theta), J = sum pi q, score e_a - pi. Source: Sutton and Barto 2018, section 2.8; Williams 1992.</remarks>
public sealed class SoftmaxPolicy
{
    private readonly double[] _means;
    private readonly double[] _probabilities;

    /// <summary>A policy and what its actions pay.</summary>
    /// <param name="logits">float64 [K]; theta.</param>
    /// <param name="means">float64 [K]; q, the mean reward of each arm.</param>
    /// <exception cref="ArgumentException">The lengths differ, or there is no arm.</exception>
    public SoftmaxPolicy(IReadOnlyList<double> logits, IReadOnlyList<double> means)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(means);
        if (means.Count != logits.Count)
        {
            throw new ArgumentException($"There are {logits.Count} logits and {means.Count} means; pass as many of each.", nameof(means));
        }

        _means = [.. means];
        _probabilities = new double[means.Count];
        ActionProbabilities.Boltzmann([.. logits], 1, _probabilities);
    }

    /// <summary>float64 [K]; pi, the probabilities of the arms.</summary>
    public IReadOnlyList<double> Probabilities => _probabilities;

    /// <summary>J = sum pi q.</summary>
    public double Value => Mean(arm => _means[arm]);

    /// <summary>-sum pi log pi, in nats.</summary>
    public double Entropy => -Mean(LogProbability);

    /// <summary>float64 [K]; grad J = pi (q - J).</summary>
    public IReadOnlyList<double> Gradient => [.. Arms.Select(arm => _probabilities[arm] * (_means[arm] - Value))];

    /// <summary>float64 [K]; the pseudo-inverse of the Fisher matrix times grad J, which is q less its plain mean.</summary>
    /// <remarks>The Fisher matrix diag(pi) - pi pi' does not see a shift of all logits: of the solutions this is the one without it.</remarks>
    public IReadOnlyList<double> NaturalGradient => [.. _means.Select(mean => mean - _means.Average())];

    /// <summary>float64 [K]; grad H = -pi (log pi + H).</summary>
    public IReadOnlyList<double> EntropyGradient => [.. Arms.Select(arm => -_probabilities[arm] * (LogProbability(arm) + Entropy))];

    /// <summary>The constant baseline with the least variance: E[r |score|^2] / E[|score|^2].</summary>
    public double OptimalBaseline => Mean(arm => _means[arm] * SquaredScore(arm)) / Mean(SquaredScore);

    private IEnumerable<int> Arms => Enumerable.Range(0, _means.Length);

    /// <summary>float64 [K]; one sample's estimate of grad J: (reward - baseline) (e_arm - pi).</summary>
    public IReadOnlyList<double> SampleGradient(int arm, double reward, double baseline) =>
        [.. Arms.Select(other => (reward - baseline) * ((other == arm ? 1 : 0) - _probabilities[other]))];

    /// <summary>Trace of the covariance of a sample's gradient where arms pay 0 or 1 with their mean as probability.</summary>
    /// <param name="baseline">What is taken off the reward; the mean of the gradient does not depend on it.</param>
    public double GradientVariance(double baseline) =>
        Mean(arm => ((_means[arm] * Square(1 - baseline)) + ((1 - _means[arm]) * Square(baseline))) * SquaredScore(arm)) - Gradient.Sum(Square);

    /// <summary>float64 [K]; E[score times a constant], which is 0: a baseline adds no bias.</summary>
    public IReadOnlyList<double> MeanScore(double constant) =>
        [.. Arms.Select(other => constant * Mean(arm => (other == arm ? 1 : 0) - _probabilities[other]))];

    private static double Square(double value) => value * value;

    private double LogProbability(int arm) => _probabilities[arm] == 0 ? 0 : Math.Log(_probabilities[arm]);

    private double SquaredScore(int arm) => Arms.Sum(other => Square((other == arm ? 1 : 0) - _probabilities[other]));

    private double Mean(Func<int, double> value) => Arms.Sum(arm => _probabilities[arm] * value(arm));
}
