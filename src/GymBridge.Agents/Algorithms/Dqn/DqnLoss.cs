namespace GymBridge.Agents;

/// <summary>What DQN makes of the difference between a value and its target.</summary>
public enum DqnLoss
{
    /// <summary>Half the square up to 1, then its size less a half: large errors do not rule the gradient. Stable-Baselines3's.</summary>
    Huber,

    /// <summary>The square. CleanRL's.</summary>
    MeanSquaredError,
}
