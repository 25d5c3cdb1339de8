using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>Hyperparameters of UCB1; docs/algorithms/ucb1.md has each beside its name in Stable-Baselines3.</summary>
public sealed record Ucb1Options : BanditOptions
{
    /// <summary>Weight c of the bound: mean + c sqrt(ln t / n).</summary>
    /// <value>sqrt(2), as UCB1 has it for rewards in [0, 1]; not negative. Sutton and Barto use 2.</value>
    [Hyperparameter("exploration", "Weight c of the bound: mean + c sqrt(ln t / n).")]
    public double Exploration { get; init; } = Math.Sqrt(2);
    private protected override string Title => Ucb1.Descriptor.Title;

    private protected override void Check(OptionChecks checks)
    {
        checks.NotNegative(nameof(Exploration), Exploration);
    }
}
