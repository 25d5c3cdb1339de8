namespace GymBridge.Agents;

/// <summary>Numbers that a bandit algorithm keeps of each arm.</summary>
/// <param name="Name">What they are; their name in checkpoints.</param>
/// <param name="Initial">Their value at the start.</param>
/// <param name="Width">Numbers for one arm.</param>
internal sealed record ArmTable(string Name, double Initial = 0, int Width = 1);
