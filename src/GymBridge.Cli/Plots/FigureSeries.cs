using GymBridge.Training.Curves;

namespace GymBridge.Cli.Plots;

/// <summary>One line of a figure.</summary>
/// <param name="Label">Its name in the legend.</param>
/// <param name="Band">Its points, with the interval around them.</param>
internal sealed record FigureSeries(string Label, CurveBand Band);
