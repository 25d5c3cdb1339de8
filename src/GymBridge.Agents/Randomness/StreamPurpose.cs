namespace GymBridge.Agents.Randomness;

/// <summary>What a stream is for.</summary>
public enum StreamPurpose
{
    /// <summary>Sampling actions, a lane's own.</summary>
    Policy = 1,

    /// <summary>Shuffling minibatches.</summary>
    Minibatches = 2,

    /// <summary>Seed of the first reset of an evaluation.</summary>
    Evaluation = 3,

    /// <summary>Exploration, a lane's own: epsilon, and actions of a warm-up.</summary>
    Exploration = 4,

    /// <summary>Drawing transitions from a replay buffer.</summary>
    Replay = 5,

    /// <summary>Noise of a gradient step, such as a reparametrised sample's.</summary>
    Noise = 6,

    /// <summary>Seed of one of many short runs that are summed up together.</summary>
    Runs = 7,

    /// <summary>Seeds of the start states that the episodes of a group share.</summary>
    Groups = 8,

    /// <summary>What a user's networks draw while they learn, such as dropout.</summary>
    Networks = 9,
}
