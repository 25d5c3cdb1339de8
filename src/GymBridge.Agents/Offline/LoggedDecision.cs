namespace GymBridge.Agents.Offline;

/// <summary>One decision of a log: what was done, what it brought, and how likely every action was then, and would be now.</summary>
/// <param name="Action">The action that was taken, counted from 0.</param>
/// <param name="Reward">What it brought.</param>
/// <param name="Behavior">float64 [K]; mu, the probabilities of the policy that wrote the log, in the context of the decision.</param>
/// <param name="Target">float64 [K]; pi, the probabilities of the policy that is to be judged, in the same context.</param>
/// <param name="Values">float64 [K]; a model's estimate of the reward of each action in the context; null where there is no model.</param>
public sealed record LoggedDecision(
    int Action, double Reward, IReadOnlyList<double> Behavior, IReadOnlyList<double> Target, IReadOnlyList<double>? Values = null);
