namespace GymBridge.Agents;

/// <summary>What REINFORCE takes off the returns to lower their variance; none of them changes the gradient's mean.</summary>
public enum ReturnBaseline
{
    /// <summary>A value of the state, fitted to the returns.</summary>
    Learned,

    /// <summary>A moving average of the mean returns of the updates before.</summary>
    MovingAverage,

    /// <summary>Nothing.</summary>
    None,
}
