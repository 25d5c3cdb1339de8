using System.Globalization;

namespace GymBridge.Environments.Teaching;

/// <summary>How a hidden state moves and what is observed of it, as tables, and the belief that follows from observations.</summary>
/// <remarks>Source: Kaelbling, Littman and Cassandra 1998, doi:10.1016/S0004-3702(98)00023-X, section 3.3.</remarks>
public sealed class PartiallyObservableModel
{
    private const double Tolerance = 1e-9;

    private readonly double[] _prior;
    private readonly double[][][] _transitions;
    private readonly double[][][] _observations;

    /// <summary>A model from its prior and the probabilities of transitions and observations.</summary>
    /// <param name="prior">[S]; for each hidden state the probability that an episode starts in it.</param>
    /// <param name="transitions">[A, S, S']; the probability of the state after an action.</param>
    /// <param name="observations">[A, S', O]; the probability of an observation in the state after an action.</param>
    /// <exception cref="ArgumentException">The tables do not fit each other, or a row is no distribution.</exception>
    public PartiallyObservableModel(
        IReadOnlyList<double> prior,
        IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> transitions,
        IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> observations)
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(transitions);
        ArgumentNullException.ThrowIfNull(observations);
        _prior = Distribution(prior, prior.Count, nameof(prior));
        _transitions = [.. transitions.Select(rows => Rows(rows, prior.Count, nameof(transitions)))];
        _observations = [.. observations.Select(rows => Rows(rows, observations[0][0].Count, nameof(observations)))];
        if (_transitions.Length == 0 || _transitions.Length != _observations.Length)
        {
            throw new ArgumentException(
                $"There must be a table of transitions and one of observations for each action, got {_transitions.Length} and {_observations.Length}.");
        }
    }

    /// <summary>Number of hidden states.</summary>
    public int States => _prior.Length;

    /// <summary>Number of actions.</summary>
    public int Actions => _transitions.Length;

    /// <summary>Number of observations.</summary>
    public int Observations => _observations[0][0].Length;

    /// <summary>The belief at the start of an episode, [S].</summary>
    public IReadOnlyList<double> Prior => _prior;

    /// <summary>The belief after an action and the observation that followed: b'(s') = p(o | s', a) sum_s p(s' | s, a) b(s), scaled to 1.</summary>
    /// <param name="belief">[S]; the belief before.</param>
    /// <param name="action">The action.</param>
    /// <param name="observation">What was observed after it.</param>
    /// <returns>[S].</returns>
    /// <exception cref="ArgumentException">A number does not fit the model, or the observation is impossible under the belief.</exception>
    public double[] Update(IReadOnlyList<double> belief, long action, long observation)
    {
        ArgumentNullException.ThrowIfNull(belief);
        if (belief.Count != States || (ulong)action >= (ulong)Actions || (ulong)observation >= (ulong)Observations)
        {
            throw new ArgumentException(
                $"The model has {States} states, {Actions} actions and {Observations} observations, got a belief of {belief.Count} states, "
                + $"action {action} and observation {observation}.");
        }

        var result = new double[States];
        for (var next = 0; next < States; next++)
        {
            for (var state = 0; state < States; state++)
            {
                result[next] += _transitions[action][state][next] * belief[state];
            }

            result[next] *= _observations[action][next][observation];
        }

        var sum = result.Sum();
        if (!(sum > 0))
        {
            throw new ArgumentException(
                $"Observation {observation} after action {action} is impossible under the belief [{Text(belief)}]: the model is not the environment's.");
        }

        for (var state = 0; state < States; state++)
        {
            result[state] /= sum;
        }

        return result;
    }

    private double[][] Rows(IReadOnlyList<IReadOnlyList<double>> rows, int width, string name) => rows.Count == _prior.Length
        ? [.. rows.Select(row => Distribution(row, width, name))]
        : throw new ArgumentException($"A table of {name} has a row for each of the {_prior.Length} states, got {rows.Count}.");

    private static double[] Distribution(IReadOnlyList<double> row, int width, string name) =>
        row.Count == width && width > 0 && row.All(p => p >= 0) && Math.Abs(row.Sum() - 1) <= Tolerance
            ? [.. row]
            : throw new ArgumentException(
                $"A row of {name} must be {width} probabilities that sum to 1, got [{Text(row)}].");

    private static string Text(IReadOnlyList<double> numbers) => string.Join(", ", numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));
}
