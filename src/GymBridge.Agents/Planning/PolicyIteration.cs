namespace GymBridge.Agents.Planning;

/// <summary>Evaluates a policy exactly and takes the best action everywhere, again and again until nothing is better.</summary>
/// <remarks>An action is only given up for one that is better by more than rounding, so that actions of one value do not take turns.
/// Source: Howard 1960; Sutton and Barto 2018, section 4.3.</remarks>
public static class PolicyIteration
{
    private const double Margin = 1e-10;

    /// <summary>Finds an optimal policy: evaluates it exactly and makes it greedy until it stays the same.</summary>
    /// <param name="model">The process, of at most 3 000 states.</param>
    /// <param name="gamma">Discount per step, in [0, 1].</param>
    /// <param name="start">[S]; the actions to start from; null for action 0 everywhere.</param>
    /// <returns>Changes of the values by iterations: as many as there were evaluations.</returns>
    /// <exception cref="ArgumentException">The actions do not fit, there are too many states, or gamma is outside [0, 1].</exception>
    /// <exception cref="InvalidOperationException">Gamma is 1 and a policy on the way does not end from every state.</exception>
    public static PlanningResult Solve(MdpModel model, double gamma, IReadOnlyList<int>? start = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        int[] actions = [.. start ?? new int[model.States]];
        var (values, changes) = (new double[model.States], new List<double>());
        while (true)
        {
            var before = values;
            var policy = TabularPolicy.Of(actions, model.Actions);
            values = PolicyEvaluation.Solve(model, policy, gamma);
            changes.Add(values.Zip(before, (one, other) => Math.Abs(one - other)).Max());
            var actionValues = model.ActionValues(values, gamma);
            if (!Improve(actions, actionValues))
            {
                return new(values, actionValues, policy, changes, gamma);
            }
        }
    }

    private static bool Improve(int[] actions, double[][] values)
    {
        var hasChanged = false;
        for (var state = 0; state < actions.Length; state++)
        {
            var best = values[state].Max();
            if (best > values[state][actions[state]] + (Margin * Math.Max(1, Math.Abs(best))))
            {
                actions[state] = Array.IndexOf(values[state], best);
                hasChanged = true;
            }
        }

        return hasChanged;
    }
}
