using GymBridge.Agents.Options;

namespace GymBridge.Agents.Tests;

/// <summary>Options with which an update takes milliseconds; an algorithm that has none here is tested with its defaults.</summary>
internal static class SmallOptions
{
    private static readonly Dictionary<string, AlgorithmOptions> ByName = new(StringComparer.Ordinal)
    {
        ["ppo"] = new PpoOptions { RolloutSteps = 16, MinibatchSize = 12, Epochs = 2, HiddenSizes = [8], LearningRate = Schedule.Linear(1e-2) },
        ["reinforce"] = new ReinforceOptions { StepsPerUpdate = 20, HiddenSizes = [8], BaselineSteps = 2 },
    };

    public static AlgorithmOptions Of(string name) => ByName.GetValueOrDefault(name) ?? AlgorithmCatalog.Get(name).DefaultOptions;
}
