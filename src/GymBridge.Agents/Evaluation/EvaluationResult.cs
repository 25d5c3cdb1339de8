using System.Globalization;
using GymBridge.Agents.Formulas;
using GymBridge.Shared;

namespace GymBridge.Agents.Evaluation;

/// <summary>Returns and lengths of evaluation episodes.</summary>
/// <param name="Returns">Undiscounted return of each episode.</param>
/// <param name="Lengths">Steps of each episode.</param>
/// <param name="CutEpisodes">Episodes that did not end within the limit of steps and were cut there.</param>
public sealed record EvaluationResult(IReadOnlyList<double> Returns, IReadOnlyList<int> Lengths, int CutEpisodes)
{
    /// <summary>Mean of the undiscounted returns of the episodes.</summary>
    public double MeanReturn => Statistics.Mean(Returns.ToArray());

    /// <summary>Standard deviation of the returns, divided by n.</summary>
    public double StandardDeviation => Statistics.StandardDeviation(Returns.ToArray());

    /// <summary>Mean number of steps of the episodes; NaN without episodes.</summary>
    public double MeanLength => Lengths.Count == 0 ? double.NaN : Lengths.Average();

    /// <summary>The result in a sentence; a second one tells of episodes that were cut.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Evaluation over {Plural.Of(Returns.Count, "episode")}: mean return {Text(MeanReturn)} +/- {Text(StandardDeviation)} (min {Text(Returns.Min())}, max {Text(Returns.Max())}){(CutEpisodes == 0 ? string.Empty : $". {CutEpisodes} of them did not end and were cut after {Plural.Of(Lengths.Max(), "step")}; a policy that only goes round in circles looks like this")}");

    private string Text(double value) => ReturnText.Of(value, Returns.Max(Math.Abs));
}
