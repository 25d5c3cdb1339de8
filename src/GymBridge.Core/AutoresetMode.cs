namespace GymBridge;

/// <summary>What a vector environment does with a lane whose episode has ended (<c>gymnasium.vector.AutoresetMode</c>).</summary>
public enum AutoresetMode
{
    /// <summary>The next step ignores the action and resets the lane: reset observation, reward 0, flags false.</summary>
    NextStep = 1,

    /// <summary>The step that ends the episode also resets the lane; the last observation is the final observation.</summary>
    SameStep = 2,

    /// <summary>Nothing: the caller resets the lane by mask.</summary>
    Disabled = 3,
}
