using GymBridge.Agents.Formulas;

namespace GymBridge.Agents.Evaluation;

/// <summary>Returns and lengths of evaluation episodes.</summary>
/// <param name="Returns">Undiscounted return of each episode.</param>
/// <param name="Lengths">Steps of each episode.</param>
public sealed record EvaluationResult(IReadOnlyList<double> Returns, IReadOnlyList<int> Lengths)
{
    /// <summary>Mean return.</summary>
    public double MeanReturn => Statistics.Mean(Returns.ToArray());

    /// <summary>Standard deviation of the returns, divided by n.</summary>
    public double StandardDeviation => Statistics.StandardDeviation(Returns.ToArray());
}
