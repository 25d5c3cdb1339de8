namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Takes each action several times and sums the rewards; the end of the episode stops earlier.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="repeats">How often each action is taken, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public static Env RepeatAction(this Env env, int repeats) => env.Accept(new RepeatActionMaker(repeats));

    /// <inheritdoc cref="RepeatAction(Env, int)"/>
    public static Env<TObservation, TAction> RepeatAction<TObservation, TAction>(this Env<TObservation, TAction> env, int repeats) =>
        (Env<TObservation, TAction>)((Env)env).RepeatAction(repeats);

    private sealed class RepeatActionMaker(int repeats) : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) => new RepeatAction<TObservation, TAction>(env, repeats);
    }
}

/// <summary>Takes each action several times and sums the rewards.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
/// <remarks>Source: <c>gymnasium/wrappers/stateful_action.py</c> 1.4.0.</remarks>
internal sealed class RepeatAction<TObservation, TAction> : Wrapper<TObservation, TAction>
{
    internal override bool IsStateless => true;

    private readonly int _repeats;

    /// <summary>Wraps an environment.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="repeats">How often each action is taken, at least 1; the end of the episode stops earlier.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public RepeatAction(Env<TObservation, TAction> env, int repeats)
        : base(env) => _repeats = repeats >= 1
        ? repeats
        : throw new ArgumentOutOfRangeException(
            nameof(repeats), repeats, $"The num_repeats value needs to be equal or greater than one, actual value: {repeats}");

    /// <inheritdoc/>
    protected override StepResult<TObservation> OnStep(TAction action)
    {
        var total = 0.0;
        StepResult<TObservation> step = default;
        for (var i = 0; i < _repeats && !step.Ended; i++)
        {
            step = base.OnStep(action);
            total += step.Reward;
        }

        return step with { Reward = total };
    }
}
