using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Resets the environment in the step after the end of an episode, which ignores its action and gives reward 0.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    public static Env Autoreset(this Env env) => env.Accept(new AutoresetMaker());

    /// <inheritdoc cref="Autoreset(Env)"/>
    public static Env<TObservation, TAction> Autoreset<TObservation, TAction>(this Env<TObservation, TAction> env) =>
        (Env<TObservation, TAction>)((Env)env).Autoreset();

    private sealed class AutoresetMaker : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) => new Autoreset<TObservation, TAction>(env);
    }
}

/// <summary>Resets the environment in the step after the end of an episode, which ignores its action and gives reward 0.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
/// <remarks>Source: <c>gymnasium/wrappers/common.py</c> 1.4.0.</remarks>
internal sealed class Autoreset<TObservation, TAction> : Wrapper<TObservation, TAction>, ISnapshot
{
    private bool _hasEnded;

    /// <summary>Wraps an environment.</summary>
    public Autoreset(Env<TObservation, TAction> env)
        : base(env)
    {
    }

    Info ISnapshot.Save() => new() { ["has_ended"] = _hasEnded };

    void ISnapshot.Restore(Info state) => _hasEnded = SnapshotFields.Get<bool>(state, "has_ended", nameof(Autoreset<,>));

    /// <inheritdoc/>
    protected override ResetResult<TObservation> OnReset(Seed? seed, Info? options)
    {
        _hasEnded = false;
        return base.OnReset(seed, options);
    }

    /// <inheritdoc/>
    protected override StepResult<TObservation> OnStep(TAction action)
    {
        if (_hasEnded)
        {
            _hasEnded = false;
            var (observation, info) = base.OnReset(null, null);
            return new(observation, 0.0, false, false, info);
        }

        var step = base.OnStep(action);
        _hasEnded = step.Ended;
        return step;
    }
}
