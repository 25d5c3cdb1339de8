using System.Globalization;

namespace GymBridge.Agents.Planning;

/// <summary>What a policy is worth: V(s) = sum_a pi(a | s) (R[s, a] + gamma sum_s' P[s, a, s'] V(s')).</summary>
/// <remarks>Source: Bellman 1957; Sutton and Barto 2018, section 4.1.</remarks>
public static class PolicyEvaluation
{
    private const int MostStatesToSolve = 3000;

    /// <summary>Solves the equations (I - gamma P_pi) V = r_pi.</summary>
    /// <param name="model">The process, of at most 3 000 states.</param>
    /// <param name="policy">[S, A]; pi(a | s).</param>
    /// <param name="gamma">Discount per step, in [0, 1].</param>
    /// <returns>[S]; exact up to rounding.</returns>
    /// <exception cref="ArgumentException">The policy does not fit, there are too many states, or gamma is outside [0, 1].</exception>
    /// <exception cref="InvalidOperationException">Gamma is 1 and the policy does not end from every state: no value is finite, or none alone.</exception>
    public static double[] Solve(MdpModel model, IReadOnlyList<double[]> policy, double gamma)
    {
        TabularPolicy.Check(model, policy);
        new PlanningSettings { Gamma = gamma }.Validate();
        var n = model.States;
        if (n > MostStatesToSolve)
        {
            throw new ArgumentException($"Equations are solved for at most {MostStatesToSolve} states, the model has {n}; evaluate it by sweeps.", nameof(model));
        }

        var rows = new double[n][];
        for (var state = 0; state < n; state++)
        {
            // The last column is the right side.
            var row = rows[state] = new double[n + 1];
            row[state] = 1;
            for (var action = 0; action < model.Actions && !model.IsTerminal(state); action++)
            {
                foreach (ref readonly var outcome in model.Outcomes(state, action))
                {
                    var weight = policy[state][action] * outcome.Probability;
                    row[outcome.State] -= outcome.Terminated ? 0 : gamma * weight;
                    row[n] += weight * outcome.Reward;
                }
            }
        }

        return Eliminate(rows, gamma);
    }

    /// <summary>Sweeps over the states until the values stand still.</summary>
    /// <param name="model">The process.</param>
    /// <param name="policy">[S, A]; pi(a | s).</param>
    /// <param name="settings">How to sweep; null for the defaults.</param>
    /// <exception cref="ArgumentException">The policy does not fit, or a setting is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The values do not stand still.</exception>
    public static PlanningResult Sweep(MdpModel model, IReadOnlyList<double[]> policy, PlanningSettings? settings = null)
    {
        TabularPolicy.Check(model, policy);
        settings ??= new PlanningSettings();
        var (values, changes) = Sweeps.Run(model, settings, (current, state) =>
        {
            var value = 0.0;
            for (var action = 0; action < model.Actions; action++)
            {
                value += policy[state][action] * model.Backup(current, state, action, settings.Gamma);
            }

            return value;
        });
        return new(values, model.ActionValues(values, settings.Gamma), policy, changes, settings.Gamma);
    }

    // Gauss with partial pivoting.
    private static double[] Eliminate(double[][] rows, double gamma)
    {
        var n = rows.Length;
        for (var column = 0; column < n; column++)
        {
            var pivot = column;
            for (var row = column + 1; row < n; row++)
            {
                pivot = Math.Abs(rows[row][column]) > Math.Abs(rows[pivot][column]) ? row : pivot;
            }

            (rows[column], rows[pivot]) = (rows[pivot], rows[column]);
            var top = rows[column];
            if (Math.Abs(top[column]) < 1e-13)
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"With gamma {gamma} the policy has no value in some state, because it never ends from there; take a gamma below 1."));
            }

            for (var row = column + 1; row < n; row++)
            {
                var factor = rows[row][column] / top[column];
                if (factor == 0)
                {
                    continue;
                }

                for (var i = column; i <= n; i++)
                {
                    rows[row][i] -= factor * top[i];
                }
            }
        }

        var solution = new double[n];
        for (var row = n - 1; row >= 0; row--)
        {
            var sum = rows[row][n];
            for (var i = row + 1; i < n; i++)
            {
                sum -= rows[row][i] * solution[i];
            }

            solution[row] = sum / rows[row][row];
        }

        return solution;
    }
}
