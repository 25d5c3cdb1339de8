namespace GymBridge.Agents;

/// <summary>Hyperparameters of SARSA; docs/algorithms/sarsa.md has each beside its name in Stable-Baselines3.</summary>
public sealed record SarsaOptions : TabularOptions
{
    private protected override string Title => "SARSA";
}
