using System.Globalization;

namespace GymBridge.Agents.Planning;

/// <summary>Policies as tables: pi(a | s), float64 [S, A].</summary>
public static class TabularPolicy
{
    private const double Tolerance = 1e-9;

    /// <summary>The policy that takes every action with the same probability.</summary>
    public static double[][] Uniform(MdpModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. Enumerable.Range(0, model.States).Select(_ => Enumerable.Repeat(1.0 / model.Actions, model.Actions).ToArray())];
    }

    /// <summary>One action in each state, or with a probability of <paramref name="epsilon"/> any of them.</summary>
    /// <param name="actions">[S]; the action in each state.</param>
    /// <param name="count">A: number of actions.</param>
    /// <param name="epsilon">Share of actions at random, the one above among them; in [0, 1].</param>
    public static double[][] Of(IReadOnlyList<int> actions, int count, double epsilon = 0)
    {
        ArgumentNullException.ThrowIfNull(actions);
        return [.. actions.Select(best => Enumerable.Range(0, count).Select(action => (epsilon / count) + (action == best ? 1 - epsilon : 0)).ToArray())];
    }

    /// <summary>The action of the greatest value in each state; of several the first.</summary>
    /// <param name="values">[S, A]; values of actions.</param>
    public static int[] Greedy(IReadOnlyList<double[]> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return [.. values.Select(row => Array.IndexOf(row, row.Max()))];
    }

    /// <summary>The best actions, each as likely where there are several, or with a probability of <paramref name="epsilon"/> any of all.</summary>
    /// <param name="values">[S, A]; values of actions. What differs by less than 1e-9 is one value.</param>
    /// <param name="epsilon">Share of actions at random, the best ones among them; in [0, 1].</param>
    public static double[][] EpsilonGreedy(IReadOnlyList<double[]> values, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(values);
        return [.. values.Select(row =>
        {
            var best = row.Max() - Tolerance;
            var count = row.Count(value => value >= best);
            return row.Select(value => (epsilon / row.Length) + (value >= best ? (1 - epsilon) / count : 0)).ToArray();
        })];
    }

    /// <exception cref="ArgumentException">The table does not fit the model, or a row is no distribution.</exception>
    internal static void Check(MdpModel model, IReadOnlyList<double[]> policy)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(policy);
        if (policy.Count != model.States)
        {
            throw new ArgumentException($"A policy has a row for each of the {model.States} states, got {policy.Count}.", nameof(policy));
        }

        for (var state = 0; state < policy.Count; state++)
        {
            var row = policy[state];
            if (row.Length != model.Actions || row.Any(probability => !(probability >= 0)) || Math.Abs(row.Sum() - 1) > Tolerance)
            {
                throw new ArgumentException(
                    $"The policy in state {state} must be {model.Actions} probabilities that sum to 1, got [{string.Join(", ", row.Select(p => p.ToString(CultureInfo.InvariantCulture)))}].",
                    nameof(policy));
            }
        }
    }
}
