namespace GymBridge.Agents.Planning;

/// <summary>Sweeps of V(s) = max_a Q(s, a) until the values stand still.</summary>
/// <remarks>The policy takes the first of the actions of the greatest value. With gamma 1 and no cost of a step that can mean to walk in
/// circles: where everything leads to the goal in the end, standing still is worth as much. Source: Bellman 1957; Sutton and Barto 2018,
/// section 4.4; the bound on the error from Puterman 1994, theorem 6.3.1.</remarks>
public static class ValueIteration
{
    /// <summary>Finds the optimal values and a policy that is greedy for them.</summary>
    /// <param name="model">The process.</param>
    /// <param name="settings">How to sweep; null for the defaults.</param>
    /// <param name="epsilon">Share of actions at random that a policy has to bear, in [0, 1]: V(s) = (1 - epsilon) max_a Q + epsilon mean_a Q is
    /// the best among all policies with it.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The values do not stand still.</exception>
    public static PlanningResult Solve(MdpModel model, PlanningSettings? settings = null, double epsilon = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        settings ??= new PlanningSettings();
        if (!(epsilon is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "Epsilon is a share in [0, 1].");
        }

        var (values, changes) = Sweeps.Run(model, settings, (current, state) =>
        {
            var (best, sum) = (double.NegativeInfinity, 0.0);
            for (var action = 0; action < model.Actions; action++)
            {
                var value = model.Backup(current, state, action, settings.Gamma);
                best = Math.Max(best, value);
                sum += value;
            }

            return epsilon == 0 ? best : ((1 - epsilon) * best) + (epsilon * sum / model.Actions);
        });
        var actionValues = model.ActionValues(values, settings.Gamma);
        return new(values, actionValues, TabularPolicy.Of(TabularPolicy.Greedy(actionValues), model.Actions, epsilon), changes, settings.Gamma);
    }
}
