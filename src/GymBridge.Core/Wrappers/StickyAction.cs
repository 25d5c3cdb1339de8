using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Repeats the last action by chance, drawn from the environment's generator.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="repeatProbability">Probability that the last action is taken again, in [0, 1).</param>
    /// <param name="shortest">Fewest repeats in a row, at least 1.</param>
    /// <param name="longest">Most repeats in a row; null for <paramref name="shortest"/>.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static Env StickyAction(this Env env, double repeatProbability, int shortest = 1, int? longest = null) =>
        env.Accept(new StickyActionMaker(repeatProbability, shortest, longest));

    /// <inheritdoc cref="StickyAction(Env, double, int, int?)"/>
    public static Env<TObservation, TAction> StickyAction<TObservation, TAction>(
        this Env<TObservation, TAction> env, double repeatProbability, int shortest = 1, int? longest = null) =>
        (Env<TObservation, TAction>)((Env)env).StickyAction(repeatProbability, shortest, longest);

    private sealed class StickyActionMaker(double probability, int shortest, int? longest) : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) => new StickyAction<TObservation, TAction>(env, probability, shortest, longest);
    }
}

/// <summary>Repeats the last action by chance, drawn from the environment's generator.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
/// <remarks>Source: <c>gymnasium/wrappers/stateful_action.py</c> 1.4.0; Machado et al. 2018.</remarks>
internal sealed class StickyAction<TObservation, TAction> : Wrapper<TObservation, TAction>, ISnapshot
{
    private readonly double _probability;
    private readonly int _shortest;
    private readonly int _longest;
    private TAction? _last;
    private bool _hasLast;
    private bool _isSticky;
    private long _repeats;
    private long _taken;

    /// <summary>Wraps an environment.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="repeatProbability">Probability that the last action is taken again, in [0, 1).</param>
    /// <param name="shortest">Fewest repeats in a row, at least 1.</param>
    /// <param name="longest">Most repeats in a row; null for <paramref name="shortest"/>.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public StickyAction(Env<TObservation, TAction> env, double repeatProbability, int shortest = 1, int? longest = null)
        : base(env)
    {
        if (!(repeatProbability is >= 0 and < 1))
        {
            throw new ArgumentException(
                $"`repeat_action_probability` should be in the interval [0,1). Received {PythonText.Repr(repeatProbability)}", nameof(repeatProbability));
        }

        if (shortest < 1 || longest < shortest)
        {
            throw new ArgumentException(
                $"`repeat_action_duration` should be larger or equal than 1, and its end not below its start. Received ({shortest}, {longest ?? shortest})",
                nameof(shortest));
        }

        (_probability, _shortest, _longest) = (repeatProbability, shortest, longest ?? shortest);
    }

    Info ISnapshot.Save() => new()
    {
        ["last"] = _hasLast ? ToNaturalAction(_last!) : null,
        ["is_sticky"] = _isSticky,
        ["repeats"] = _repeats,
        ["taken"] = _taken,
    };

    void ISnapshot.Restore(Info state)
    {
        const string Owner = nameof(StickyAction<,>);
        _hasLast = state.TryGetValue("last", out var last) && last is not null;
        _last = _hasLast ? FromNaturalAction(last!) : default;
        _isSticky = SnapshotFields.Get<bool>(state, "is_sticky", Owner);
        _repeats = SnapshotFields.Get<long>(state, "repeats", Owner);
        _taken = SnapshotFields.Get<long>(state, "taken", Owner);
    }

    /// <inheritdoc/>
    protected override ResetResult<TObservation> OnReset(Seed? seed, Info? options)
    {
        (_hasLast, _isSticky, _repeats, _taken) = (false, false, 0, 0);
        return base.OnReset(seed, options);
    }

    /// <inheritdoc/>
    protected override StepResult<TObservation> OnStep(TAction action)
    {
        if (_isSticky || (_hasLast && Rng.Random() < _probability))
        {
            if (_repeats == 0)
            {
                _repeats = Rng.Integers(_shortest, _longest + 1L);
            }

            action = _last!;
            _isSticky = true;
            _taken++;
        }

        if (_isSticky && _repeats == _taken)
        {
            (_isSticky, _repeats, _taken) = (false, 0, 0);
        }

        (_last, _hasLast) = (action, true);
        return base.OnStep(action);
    }
}
