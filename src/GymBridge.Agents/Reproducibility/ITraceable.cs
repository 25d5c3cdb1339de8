using static TorchSharp.torch;

namespace GymBridge.Agents.Reproducibility;

/// <summary>An algorithm that shows what an update saw and computed, so that two runs can be compared to the bit.</summary>
public interface ITraceable
{
    /// <summary>What the last update saw, field by field.</summary>
    RolloutTrace LastRollout { get; }

    /// <summary>The optimizers by name, in a fixed order.</summary>
    IReadOnlyList<(string Name, optim.Optimizer Optimizer)> Optimizers { get; }
}
