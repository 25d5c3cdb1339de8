namespace GymBridge.Agents;

/// <summary>rl-zoo3's settings (hyperparams/ppo.yml at 22e3ff2).</summary>
internal static class PpoPresets
{
    public static IReadOnlyList<Preset> All { get; } =
    [
        new("CartPole", 8, 100_000, new PpoOptions
        {
            RolloutSteps = 32,
            MinibatchSize = 256,
            Epochs = 20,
            LearningRate = Schedule.Linear(1e-3),
            Gamma = 0.98,
            GaeLambda = 0.8,
            ClipRange = Schedule.Linear(0.2),
        }),
    ];
}
