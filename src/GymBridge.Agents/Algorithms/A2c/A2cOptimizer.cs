namespace GymBridge.Agents;

/// <summary>The optimizer that moves A2C's weights.</summary>
public enum A2cOptimizer
{
    /// <summary>RMSprop as PyTorch has it: epsilon is added outside the root, the average starts at zero. Stable-Baselines3's default.</summary>
    RmsProp,

    /// <summary>RMSprop as TensorFlow has it, and with it the first implementations of A2C: epsilon inside the root, the average starts at one.</summary>
    RmsPropTfLike,

    /// <summary>Adam.</summary>
    Adam,
}
