namespace GymBridge.Agents;

/// <summary>What REINFORCE weights the log-probability of an action with.</summary>
public enum ReturnWeighting
{
    /// <summary>The discounted rewards from the action on: what came before it, it did not cause.</summary>
    RewardToGo,

    /// <summary>The discounted rewards of the whole episode, as the method was first written; more variance, the same mean.</summary>
    TotalReturn,
}
