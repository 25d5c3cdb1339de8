namespace GymBridge.Environments.ToyText;

/// <summary>One thing that an action in a state may lead to.</summary>
/// <param name="Probability">How likely it is.</param>
/// <param name="State">The state after it.</param>
/// <param name="Reward">The reward for it.</param>
/// <param name="Terminated">Whether it ends the episode.</param>
public readonly record struct Transition(double Probability, int State, double Reward, bool Terminated);
