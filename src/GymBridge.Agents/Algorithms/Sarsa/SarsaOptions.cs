namespace GymBridge.Agents;

/// <summary>Hyperparameters of SARSA.</summary>
public sealed record SarsaOptions : TabularOptions
{
    private protected override string Title => "SARSA";
}
