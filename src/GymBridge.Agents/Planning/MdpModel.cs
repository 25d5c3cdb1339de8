using System.Globalization;
using GymBridge.Shared;

namespace GymBridge.Agents.Planning;

/// <summary>A finite Markov decision process as tables: what planners compute with. Immutable.</summary>
/// <remarks>
/// <para>States and actions are numbers from 0. Everything is float64. What follows a terminated outcome is worth 0.</para>
/// <para><see cref="Of(Env)"/> reads the table <c>P</c> that Gymnasium's tabular environments have, C# and Python ones alike.</para>
/// </remarks>
public sealed class MdpModel
{
    private const double Tolerance = 1e-6;

    private readonly MdpOutcome[] _outcomes;
    private readonly int[] _offsets;
    private readonly bool[] _isTerminal;
    private readonly double[] _start;

    /// <summary>A model from the outcomes of each action in each state.</summary>
    /// <param name="transitions">[S, A]; what each action in each state may lead to, at least one thing.</param>
    /// <param name="start">[S]; the probability that an episode starts in each state; null for each as likely.</param>
    /// <exception cref="ArgumentException">There is no state or action, states have different numbers of actions, probabilities do not sum
    /// to 1 (within 1e-6), a reward is not finite or a state does not exist.</exception>
    public MdpModel(IReadOnlyList<IReadOnlyList<IReadOnlyList<MdpOutcome>>> transitions, IReadOnlyList<double>? start = null)
    {
        ArgumentNullException.ThrowIfNull(transitions);
        States = transitions.Count;
        Actions = States == 0 ? 0 : transitions[0].Count;
        if (Actions == 0)
        {
            throw new ArgumentException($"A model has at least one state and one action, got {Plural.Of(States, "state")} and {Plural.Of(Actions, "action")}.", nameof(transitions));
        }

        _offsets = new int[(States * Actions) + 1];
        var outcomes = new List<MdpOutcome>();
        for (var state = 0; state < States; state++)
        {
            if (transitions[state].Count != Actions)
            {
                throw new ArgumentException(
                    $"All states of a model have the same actions; state 0 has {Actions}, state {state} has {transitions[state].Count}.", nameof(transitions));
            }

            for (var action = 0; action < Actions; action++)
            {
                Check(state, action, transitions[state][action]);
                outcomes.AddRange(transitions[state][action]);
                _offsets[(state * Actions) + action + 1] = outcomes.Count;
            }
        }

        _outcomes = [.. outcomes];
        _start = start is null ? [.. Enumerable.Repeat(1.0 / States, States)] : [.. start];
        if (_start.Length != States || _start.Any(probability => !(probability >= 0)) || Math.Abs(_start.Sum() - 1) > Tolerance)
        {
            throw new ArgumentException(
                $"The start of a model is a probability for each of its {Plural.Of(States, "state")}, which sum to 1; got {_start.Length} with the sum {Text(_start.Sum())}.", nameof(start));
        }

        _isTerminal = TerminalStates(start is not null);
    }

    /// <summary>S: number of states, at least 1.</summary>
    public int States { get; }

    /// <summary>A: number of actions, the same in all states.</summary>
    public int Actions { get; }

    /// <summary>[S]; the probability that an episode starts in each state.</summary>
    public IReadOnlyList<double> Start => _start;

    /// <summary>Reads the tables of an environment: its attribute <c>P</c>, and <c>initial_state_distrib</c> where it has that.</summary>
    /// <param name="env">An environment in C# or Python, wrapped or not; stays the caller's.</param>
    /// <exception cref="NotSupportedException">It has no tables.</exception>
    /// <exception cref="ArgumentException">Its tables are no model.</exception>
    public static MdpModel Of(Env env) => MdpTables.Read(env);

    /// <summary>What an action in a state may lead to.</summary>
    public ReadOnlySpan<MdpOutcome> Outcomes(int state, int action)
    {
        var index = (state * Actions) + action;
        return _outcomes.AsSpan(_offsets[index].._offsets[index + 1]);
    }

    /// <summary>Whether episodes have ended in a state, so that it is worth 0 whatever its table says.</summary>
    /// <remarks>A state that terminated outcomes lead to and that no episode passes through; what its own actions lead to does not count, as
    /// some of Gymnasium's tables go on from there.</remarks>
    public bool IsTerminal(int state) => _isTerminal[state];

    /// <summary>R[s, a]: the reward that an action in a state brings on average.</summary>
    public double Reward(int state, int action)
    {
        var reward = 0.0;
        foreach (ref readonly var outcome in Outcomes(state, action))
        {
            reward += outcome.Probability * outcome.Reward;
        }

        return reward;
    }

    /// <summary>P[s, a, s']: the probability that an action in a state leads to another one.</summary>
    public double Probability(int state, int action, int next)
    {
        var probability = 0.0;
        foreach (ref readonly var outcome in Outcomes(state, action))
        {
            probability += outcome.State == next ? outcome.Probability : 0;
        }

        return probability;
    }

    /// <summary>r + gamma V(s') on average: what an action in a state is worth under values of states; 0 in a terminal state.</summary>
    /// <param name="values">[S]; values of states.</param>
    /// <param name="state">The state.</param>
    /// <param name="action">The action.</param>
    /// <param name="gamma">Discount per step.</param>
    public double Backup(ReadOnlySpan<double> values, int state, int action, double gamma)
    {
        if (_isTerminal[state])
        {
            return 0;
        }

        var value = 0.0;
        foreach (ref readonly var outcome in Outcomes(state, action))
        {
            value += outcome.Probability * (outcome.Reward + (outcome.Terminated ? 0 : gamma * values[outcome.State]));
        }

        return value;
    }

    /// <summary>Q(s, a) for all actions of all states under values of states.</summary>
    /// <param name="values">[S]; values of states.</param>
    /// <param name="gamma">Discount per step.</param>
    /// <returns>[S, A].</returns>
    public double[][] ActionValues(ReadOnlySpan<double> values, double gamma)
    {
        var result = new double[States][];
        for (var state = 0; state < States; state++)
        {
            result[state] = new double[Actions];
            for (var action = 0; action < Actions; action++)
            {
                result[state][action] = Backup(values, state, action, gamma);
            }
        }

        return result;
    }

    /// <summary>The same process with other rewards.</summary>
    /// <param name="reward">The reward of an outcome: state, action, outcome.</param>
    public MdpModel WithRewards(Func<int, int, MdpOutcome, double> reward)
    {
        ArgumentNullException.ThrowIfNull(reward);
        return new([.. Enumerable.Range(0, States).Select(state => (IReadOnlyList<IReadOnlyList<MdpOutcome>>)
            [.. Enumerable.Range(0, Actions).Select(action => (IReadOnlyList<MdpOutcome>)
                [.. Outcomes(state, action).ToArray().Select(outcome => outcome with { Reward = reward(state, action, outcome) })])])], _start);
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private void Check(int state, int action, IReadOnlyList<MdpOutcome> outcomes)
    {
        var sum = outcomes.Sum(outcome => outcome.Probability);
        if (!(Math.Abs(sum - 1) <= Tolerance) || outcomes.Any(outcome => outcome.Probability < 0))
        {
            throw new ArgumentException($"The probabilities of what action {action} in state {state} leads to must not be negative and sum to 1, got the sum {Text(sum)}.");
        }

        foreach (var outcome in outcomes)
        {
            if ((uint)outcome.State >= (uint)States || !double.IsFinite(outcome.Reward))
            {
                throw new ArgumentException(
                    $"Action {action} in state {state} leads to state {outcome.State} for the reward {Text(outcome.Reward)}; states are 0 to {States - 1}, and rewards finite.");
            }
        }
    }

    private bool[] TerminalStates(bool hasStart)
    {
        var isEnd = new bool[States];
        foreach (ref readonly var outcome in _outcomes.AsSpan())
        {
            isEnd[outcome.State] |= outcome.Terminated;
        }

        var isReached = new bool[States];
        var open = new Stack<int>(Enumerable.Range(0, States).Where(state => hasStart ? _start[state] > 0 : !isEnd[state]));
        while (open.TryPop(out var state))
        {
            if (isReached[state])
            {
                continue;
            }

            isReached[state] = true;
            for (var action = 0; action < Actions; action++)
            {
                foreach (ref readonly var outcome in Outcomes(state, action))
                {
                    if (!outcome.Terminated && outcome.Probability > 0)
                    {
                        open.Push(outcome.State);
                    }
                }
            }
        }

        return [.. isEnd.Select((ends, state) => ends && !isReached[state])];
    }
}
