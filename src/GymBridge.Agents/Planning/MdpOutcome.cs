namespace GymBridge.Agents.Planning;

/// <summary>One thing that an action in a state of a <see cref="MdpModel"/> may lead to.</summary>
/// <param name="Probability">How likely it is, in [0, 1].</param>
/// <param name="State">The state after it.</param>
/// <param name="Reward">The reward for it.</param>
/// <param name="Terminated">Whether it ends the episode, so that nothing of what comes after counts.</param>
public readonly record struct MdpOutcome(double Probability, int State, double Reward, bool Terminated);
