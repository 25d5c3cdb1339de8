using GymBridge.Spaces;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Gives each observation some steps late, and zeros until then.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="delay">Number of steps, not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public static Env DelayObservation(this Env env, int delay) => Wrappers.DelayObservation.Wrap(env, delay);

    /// <inheritdoc cref="DelayObservation(Env, int)"/>
    public static Env<object, TAction> DelayObservation<TObservation, TAction>(this Env<TObservation, TAction> env, int delay) =>
        (Env<object, TAction>)((Env)env).DelayObservation(delay);
}

/// <summary>Gives each observation some steps late, and zeros until then. Source: <c>gymnasium/wrappers/stateful_observation.py</c> 1.4.0.</summary>
internal static class DelayObservation
{
    /// <summary>Wraps an environment.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="delay">Number of steps, not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public static Env Wrap(Env env, int delay)
    {
        if (delay < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(delay), delay, $"The delay needs to be greater than zero, actual value: {delay}");
        }

        var space = env.ObservationSpace;
        var queue = new ObservationQueue();
        return env.Accept(new NaturalObservation<object>(
            observation =>
            {
                queue.Enqueue(observation);
                return queue.Count > delay ? queue.Dequeue()! : Zero(space);
            },
            space,
            nameof(DelayObservation),
            queue.Clear,
            queue));
    }

    private static object Zero(Space space) => space is Discrete discrete
        ? discrete.Start
        : space.Batch(1).Iterate(space.CreateEmpty(1))[0]!;
}
