using GymBridge.Training.Curves;

namespace GymBridge.Cli.Learning;

/// <summary>What one seed of a row came to.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Value">What is held against the threshold.</param>
/// <param name="Timesteps">Environment steps that were made.</param>
/// <param name="Seconds">Wall time of the training.</param>
/// <param name="Digest">Digest of the weights.</param>
/// <param name="IsInBounds">Whether the row's bound was kept.</param>
internal sealed record LearningResult(long Seed, double Value, long Timesteps, double Seconds, string Digest, bool IsInBounds)
{
    /// <summary>Mean return of the last 100 episodes over the run.</summary>
    public Curve Curve { get; init; } = new([], []);
}
