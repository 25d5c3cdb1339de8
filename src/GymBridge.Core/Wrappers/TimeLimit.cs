using GymBridge.Seeding;

namespace GymBridge.Wrappers;

/// <summary>Truncates an episode after a number of steps. Source: <c>gymnasium/wrappers/common.py</c>, TimeLimit.</summary>
public static class TimeLimit
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
public sealed class TimeLimit<TObservation, TAction> : Wrapper<TObservation, TAction>
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

    /// <inheritdoc/>
    public override ResetResult<TObservation> Reset(Seed? seed = null, Info? options = null)
    {
        _elapsedSteps = 0;
        return base.Reset(seed, options);
    }

    /// <inheritdoc/>
    public override StepResult<TObservation> Step(TAction action)
    {
        var result = base.Step(action);
        return ++_elapsedSteps >= MaxEpisodeSteps ? result with { Truncated = true } : result;
    }
}
