namespace GymBridge.Agents.Planning;

/// <summary>Plans and evaluates where an episode is cut after a number of steps, and what is left then counts nothing.</summary>
/// <remarks>What is best depends on how much time is left then. Source: Puterman 1994, chapter 4.</remarks>
public static class FiniteHorizon
{
    /// <summary>The optimal values by backward induction.</summary>
    /// <param name="model">The process.</param>
    /// <param name="steps">Steps of an episode; at least 1.</param>
    /// <param name="gamma">Discount per step.</param>
    /// <returns>[steps + 1, S]; row h is V(s) with h steps to go, row 0 is 0.</returns>
    public static IReadOnlyList<double[]> Solve(MdpModel model, int steps, double gamma = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var values = new List<double[]> { new double[model.States] };
        for (var left = 1; left <= steps; left++)
        {
            values.Add([.. Enumerable.Range(0, model.States).Select(
                state => Enumerable.Range(0, model.Actions).Max(action => model.Backup(values[^1], state, action, gamma)))]);
        }

        return values;
    }

    /// <summary>What a policy brings in an episode that is cut, exactly.</summary>
    /// <param name="model">The process; episodes start as it says.</param>
    /// <param name="policy">[S, A]; pi(a | s).</param>
    /// <param name="steps">Steps after which an episode is cut.</param>
    /// <param name="gamma">Discount per step.</param>
    /// <returns>The return on average, the probability that the episode has terminated, and its length on average.</returns>
    /// <exception cref="ArgumentException">The policy does not fit.</exception>
    public static (double Return, double Terminated, double Length) Evaluate(MdpModel model, IReadOnlyList<double[]> policy, int steps, double gamma = 1)
    {
        TabularPolicy.Check(model, policy);
        double[] at = [.. model.Start];
        var (total, terminated, length, discount) = (0.0, 0.0, 0.0, 1.0);
        for (var t = 0; t < steps; t++, discount *= gamma)
        {
            var next = new double[model.States];
            for (var state = 0; state < model.States; state++)
            {
                length += at[state];
                for (var action = 0; action < model.Actions && at[state] > 0; action++)
                {
                    foreach (ref readonly var outcome in model.Outcomes(state, action))
                    {
                        var share = at[state] * policy[state][action] * outcome.Probability;
                        total += share * discount * outcome.Reward;
                        if (outcome.Terminated)
                        {
                            terminated += share;
                        }
                        else
                        {
                            next[outcome.State] += share;
                        }
                    }
                }
            }

            at = next;
        }

        return (total, terminated, length);
    }
}
