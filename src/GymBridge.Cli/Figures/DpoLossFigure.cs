using GymBridge.Agents.Formulas;
using GymBridge.Cli.Plots;
using GymBridge.Training.Curves;

namespace GymBridge.Cli.Figures;

/// <summary>softplus(-beta x): the loss of DPO over the margin of the log-ratios, from -5 to 5, for three beta.</summary>
internal static class DpoLossFigure
{
    private const int Points = 201;
    private const double Reach = 5;

    public static void Save(string path) => CurveFigure.Save(
        path,
        [.. new[] { 1, 0.5, 0.1 }.Select(beta => new FigureSeries($"beta {beta}", CurveBand.Of([Of(beta)])))],
        "(log pi_w - log ref_w) - (log pi_l - log ref_l)",
        "DPO loss",
        "softplus(-beta x)");

    /// <summary>The loss over the margin of the log-ratios.</summary>
    public static Curve Of(double beta)
    {
        var x = Enumerable.Range(0, Points).Select(i => Reach * ((2.0 * i / (Points - 1)) - 1)).ToArray();
        return new Curve(x, DirectPreference.SigmoidLoss(Array.ConvertAll(x, value => value * beta)));
    }
}
