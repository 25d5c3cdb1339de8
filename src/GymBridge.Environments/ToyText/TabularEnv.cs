using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Environments.ToyText;

/// <summary>An environment of numbered states whose transitions are a table.</summary>
/// <remarks>The info of every step holds <c>prob</c>, the probability of what happened. Source:
/// <c>gymnasium/envs/toy_text</c> 1.4.0; equal to it bit for bit, generator state included.</remarks>
public abstract class TabularEnv : Env<long, long>, ISnapshot
{
    private double[] _start;
    private Transition[][][] _transitions = [];

    // A state that was set from outside is Python's int, as it was given, until the environment moves.
    private bool _isAssigned;

    /// <summary>Starts an environment; set <see cref="Transitions"/> before its first step.</summary>
    /// <param name="start">For each state the probability that an episode starts there.</param>
    /// <param name="actions">Number of actions.</param>
    /// <param name="renderMode">One of the metadata's modes, or null for none.</param>
    protected TabularEnv(ReadOnlySpan<double> start, int actions, string? renderMode)
        : base(new Discrete(start.Length), new Discrete(actions))
    {
        _start = start.ToArray();
        RenderMode = renderMode;
    }

    /// <inheritdoc/>
    public override string? RenderMode { get; }

    /// <inheritdoc/>
    public override PythonTypes PythonTypes { get; } =
        PythonTypes.Default with { Reward = PythonType.Int, ObservationLeaves = [PythonType.Int] };

    /// <summary>For each state and action what may happen (<c>env.unwrapped.P</c>).</summary>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<Transition>>> Transitions => _transitions;

    /// <summary>For each state the probability that an episode starts there.</summary>
    public ReadOnlySpan<double> StartProbabilities => _start;

    /// <summary>The present state; -1 before the first reset.</summary>
    public int State
    {
        get;
        private protected set => (field, _isAssigned) = (value, false);
    } = -1;

    /// <summary>The last action; null after a reset.</summary>
    public long? LastAction { get; private set; }

    /// <inheritdoc/>
    public override object? Render() => State < 0 ? null : RenderMode switch
    {
        "ansi" => RenderText(),
        "rgb_array" => RenderFrame(),
        _ => null,
    };

    /// <summary>The transitions without the cost of an interface.</summary>
    internal Transition[][][] Table => _transitions;

    private protected void SetTransitions(Transition[][][] transitions) => _transitions = transitions;

    private protected void SetTransitions(Transition[][][] transitions, double[] start) => (_transitions, _start) = (transitions, start);

    /// <inheritdoc/>
    protected override ResetResult<long> OnReset(Info? options)
    {
        State = Categorical(_start);
        LastAction = null;
        return new(State, ResetInfo(State));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">The action is not in the space.</exception>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    protected override StepResult<long> OnStep(long action)
    {
        if (!((Discrete)ActionSpace).Contains(action))
        {
            throw InvalidActionException.For(action, ActionSpace, Spec?.Id ?? GetType().Name);
        }

        if (State < 0)
        {
            throw new ResetNeededException("Call reset before using step method.");
        }

        var before = State;
        var transition = Draw(_transitions[before][action], Rng);
        LastAction = action;
        State = Settle(before, transition.State);
        return new(State, transition.Reward, transition.Terminated, false, StepInfo(State, transition.Probability));
    }

    Info ISnapshot.Save() => Save();

    void ISnapshot.Restore(Info state) => Restore(state);

    private protected virtual Info Save() => new() { ["s"] = (long)State, ["lastaction"] = LastAction };

    private protected virtual void Restore(Info state)
    {
        var number = SnapshotFields.Get<int>(state, "s", GetType().Name);
        State = number < _transitions.Length ? Math.Max(number, -1) : throw SnapshotFields.Unfit("s", GetType().Name);
        LastAction = SnapshotFields.Get<long?>(state, "lastaction", GetType().Name);
    }

    /// <summary>The state that a step ends in, when more than the table decides it.</summary>
    private protected virtual int Settle(int before, int after) => after;

    /// <summary>The same for a lane with a generator and a flag of its own.</summary>
    internal virtual int Settle(int before, int after, Rng rng, ref bool flag) => after;

    /// <summary>The attribute that has the flag; null where there is none.</summary>
    internal virtual string? FlagAttribute => null;

    /// <summary>The flag with which an episode of a lane starts, where the rules need one.</summary>
    internal virtual bool DrawFlag(Rng rng) => false;

    /// <summary>The info of a reset to a state.</summary>
    internal virtual Info ResetInfo(int state) => new() { ["prob"] = 1L };

    /// <summary>The info of a step to a state that had this probability.</summary>
    internal virtual Info StepInfo(int state, double probability) => new() { ["prob"] = probability };

    /// <summary>The state as text.</summary>
    private protected abstract string RenderText();

    /// <summary>The state as a frame: uint8 (height, width, 3).</summary>
    private protected abstract NDArray RenderFrame();

    /// <summary>The attributes that every environment with a table has: P, s, lastaction and initial_state_distrib.</summary>
    protected override void DeclareAttributes(AttributeTable attributes) => attributes
        .Add("P", TransitionsAsDict)
        .Add<long>("s", GetState, SetState)
        .Add("lastaction", () => LastAction)
        .Add("initial_state_distrib", () => NDArray.From((double[])[.. _start]));

    // np.argmax gives the first state of an episode; the table has the others.
    private object? GetState() => State < 0 ? null : (LastAction is null || StatesAreNumPy) && !_isAssigned ? NumPyScalar.From((long)State) : (long)State;

    /// <summary>Whether the states of Gymnasium's table are np.int64.</summary>
    private protected virtual bool StatesAreNumPy => false;

    private void SetState(long state)
    {
        State = (ulong)state < (ulong)_start.Length
            ? (int)state
            : throw new ArgumentException($"Attribute 's' of '{GetType().Name}' must be a state from 0 to {_start.Length - 1}, got {state}.");
        _isAssigned = true;
    }

    // Gymnasium's {state: {action: [(probability, state, reward, terminated), ...]}}.
    private OrderedDictionary<object, object?> TransitionsAsDict()
    {
        var isWhole = PythonTypes.Reward == PythonType.Int;
        return Numbered(_transitions, actions => Numbered(actions, outcomes => outcomes.Select(object? (outcome) => TupleValue.Of(
            outcome.Probability, (long)outcome.State, isWhole ? (object)(long)outcome.Reward : outcome.Reward, outcome.Terminated)).ToList()));
    }

    private static OrderedDictionary<object, object?> Numbered<T>(IEnumerable<T> items, Func<T, object?> write)
    {
        var dict = new OrderedDictionary<object, object?>();
        foreach (var item in items)
        {
            dict[(long)dict.Count] = write(item);
        }

        return dict;
    }

    // The first index whose cumulative probability exceeds a random number, 0 if none does: np.argmax of the comparison.
    private int Categorical(ReadOnlySpan<double> probabilities)
    {
        var u = Rng.Random();
        var sum = 0.0;
        for (var i = 0; i < probabilities.Length; i++)
        {
            sum = i == 0 ? probabilities[0] : sum + probabilities[i];
            if (sum > u)
            {
                return i;
            }
        }

        return 0;
    }

    /// <summary>What happens of several outcomes; also a certain one costs a draw, as in Gymnasium.</summary>
    internal static ref readonly Transition Draw(Transition[] outcomes, Rng rng)
    {
        var u = rng.Random();
        var sum = 0.0;
        foreach (ref readonly var outcome in outcomes.AsSpan())
        {
            sum += outcome.Probability;
            if (sum > u)
            {
                return ref outcome;
            }
        }

        return ref outcomes[0];
    }
}
