namespace GymBridge.Cli.Learning;

/// <summary>A range that a logged quantity has to stay in.</summary>
/// <param name="Name">Stable-Baselines3's name.</param>
/// <param name="Low">The least.</param>
/// <param name="High">The most.</param>
/// <param name="EveryUpdate">Whether it holds for every update, or for the last one alone.</param>
internal sealed record MetricBound(string Name, double Low, double High, bool EveryUpdate);
