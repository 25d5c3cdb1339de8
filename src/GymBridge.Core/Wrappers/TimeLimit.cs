using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Truncates an episode after a number of steps; a step may be both terminated and truncated.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="maxEpisodeSteps">Steps after which an episode is truncated.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxEpisodeSteps"/> is not positive.</exception>
    public static Env TimeLimit(this Env env, int maxEpisodeSteps) => Wrappers.TimeLimit.Wrap(env, maxEpisodeSteps);

    /// <inheritdoc cref="TimeLimit(Env, int)"/>
    public static Env<TObservation, TAction> TimeLimit<TObservation, TAction>(this Env<TObservation, TAction> env, int maxEpisodeSteps) =>
        (Env<TObservation, TAction>)((Env)env).TimeLimit(maxEpisodeSteps);
}

/// <summary>Truncates an episode after a number of steps. Source: <c>gymnasium/wrappers/common.py</c>, TimeLimit.</summary>
internal static class TimeLimit
{
    /// <summary>Wraps an environment whose types are not known at compile time.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxEpisodeSteps"/> is not positive.</exception>
    public static Env Wrap(Env env, int maxEpisodeSteps) => env.Accept(new Visitor(maxEpisodeSteps));

    private sealed class Visitor(int maxEpisodeSteps) : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) => new TimeLimit<TObservation, TAction>(env, maxEpisodeSteps);
    }
}

/// <summary>Truncates an episode after a number of steps; a step may be both terminated and truncated.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
internal sealed class TimeLimit<TObservation, TAction> : Wrapper<TObservation, TAction>, ISnapshot
{
    private int _elapsedSteps;

    /// <summary>Limits the episodes of <paramref name="env"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxEpisodeSteps"/> is not positive.</exception>
    public TimeLimit(Env<TObservation, TAction> env, int maxEpisodeSteps)
        : base(env)
    {
        if (maxEpisodeSteps <= 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(maxEpisodeSteps), maxEpisodeSteps, $"Expect the `max_episode_steps` to be a positive integer, actual value: {maxEpisodeSteps}.");
        }

        MaxEpisodeSteps = maxEpisodeSteps;
    }

    /// <summary>Steps after which an episode is truncated.</summary>
    public int MaxEpisodeSteps { get; }

    Info ISnapshot.Save() => new() { ["elapsed_steps"] = (long)_elapsedSteps };

    void ISnapshot.Restore(Info state) => _elapsedSteps = SnapshotFields.Get<int>(state, "elapsed_steps", nameof(TimeLimit));

    /// <inheritdoc/>
    protected override ResetResult<TObservation> OnReset(Seed? seed, Info? options)
    {
        _elapsedSteps = 0;
        return base.OnReset(seed, options);
    }

    /// <inheritdoc/>
    protected override StepResult<TObservation> OnStep(TAction action)
    {
        var result = base.OnStep(action);
        return ++_elapsedSteps >= MaxEpisodeSteps ? result with { Truncated = true } : result;
    }
}
