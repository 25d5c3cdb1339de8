namespace GymBridge.Agents;

/// <summary>What the time of an update goes to.</summary>
public enum UpdatePhase
{
    /// <summary>Steps of the environment, on either side of a bridge.</summary>
    Environment,

    /// <summary>The policy choosing actions while experience is collected.</summary>
    Acting,

    /// <summary>Computing the gradients.</summary>
    Backward,

    /// <summary>Steps of optimizers.</summary>
    Optimizer,
}
