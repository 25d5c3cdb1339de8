namespace GymBridge.Agents;

/// <summary>What is added to the actions of a run to explore, beside the noise of the policy itself.</summary>
public enum ActionNoise
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Independent normal numbers.</summary>
    Normal,

    /// <summary>An Ornstein-Uhlenbeck process: noise that keeps its direction for a while, so that it moves a mass.</summary>
    OrnsteinUhlenbeck,
}
