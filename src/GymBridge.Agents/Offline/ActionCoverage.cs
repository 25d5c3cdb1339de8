namespace GymBridge.Agents.Offline;

/// <summary>How well a log covers one action.</summary>
/// <param name="Action">The action, counted from 0.</param>
/// <param name="Taken">How often the log has it.</param>
/// <param name="BehaviorShare">Mean probability under the policy that wrote the log.</param>
/// <param name="TargetShare">Mean probability under the policy that is judged.</param>
/// <param name="UncoveredShare">The part of <paramref name="TargetShare"/> in decisions where the log's policy never takes the action.</param>
/// <param name="GreatestWeight">Greatest pi / mu of the decisions that have the action; 0 where none has it.</param>
public sealed record ActionCoverage(
    int Action, int Taken, double BehaviorShare, double TargetShare, double UncoveredShare, double GreatestWeight);
