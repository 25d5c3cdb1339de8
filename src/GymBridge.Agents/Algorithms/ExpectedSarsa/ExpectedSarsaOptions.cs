namespace GymBridge.Agents;

/// <summary>Hyperparameters of Expected SARSA; docs/algorithms/expected_sarsa.md has each beside its name in Stable-Baselines3.</summary>
public sealed record ExpectedSarsaOptions : TabularOptions
{
    private protected override string Title => "Expected SARSA";
}
