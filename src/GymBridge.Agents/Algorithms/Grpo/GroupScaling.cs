namespace GymBridge.Agents;

/// <summary>What GRPO does to the rewards of a group.</summary>
public enum GroupScaling
{
    /// <summary>Takes off their mean: without bias but for a factor. Dr. GRPO.</summary>
    Centred,

    /// <summary>Takes off their mean and divides by their standard deviation: GRPO as it was published.</summary>
    Scaled,
}
