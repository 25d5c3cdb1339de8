namespace GymBridge.Agents;

/// <summary>Hyperparameters of Expected SARSA.</summary>
public sealed record ExpectedSarsaOptions : TabularOptions
{
    private protected override string Title => "Expected SARSA";
}
