namespace GymBridge.Agents.Planning;

/// <summary>What a planner found: values, action values and a policy that is greedy or soft in them.</summary>
/// <param name="Values">[S]; V(s), 0 in terminal states.</param>
/// <param name="ActionValues">[S, A]; Q(s, a).</param>
/// <param name="Policy">[S, A]; pi(a | s).</param>
/// <param name="Changes">The greatest change of a value in each sweep (sup-norm), or iteration.</param>
/// <param name="Gamma">Discount per step.</param>
public sealed record PlanningResult(
    IReadOnlyList<double> Values, IReadOnlyList<double[]> ActionValues, IReadOnlyList<double[]> Policy, IReadOnlyList<double> Changes, double Gamma)
{
    /// <summary>The most probable action in each state, of several the first.</summary>
    public IReadOnlyList<int> Actions => TabularPolicy.Greedy(Policy);

    /// <summary>How far a value can be from what more sweeps would give: gamma / (1 - gamma) times the last change.</summary>
    /// <value>Infinite where gamma is 1: nothing is known then.</value>
    public double ErrorBound => Gamma < 1 ? Gamma / (1 - Gamma) * Changes[^1] : double.PositiveInfinity;
}
