using GymBridge.Spaces;
using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Gives the last observations together, the oldest first (<c>FrameStackObservation</c>); they become a batch.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="stackSize">Number of observations, at least 1.</param>
    /// <param name="padsWithZeros">What stands for observations before the reset: zeros, or the first observation.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive.</exception>
    public static Env FrameStack(this Env env, int stackSize, bool padsWithZeros = false) => FrameStackObservation.Wrap(env, stackSize, padsWithZeros);

    /// <inheritdoc cref="FrameStack(Env, int, bool)"/>
    public static Env<object, TAction> FrameStack<TObservation, TAction>(this Env<TObservation, TAction> env, int stackSize, bool padsWithZeros = false) =>
        (Env<object, TAction>)((Env)env).FrameStack(stackSize, padsWithZeros);

    /// <summary>Gives the last observations of each lane together, the oldest first; they become a batch.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="stackSize">Number of observations, at least 1.</param>
    /// <param name="padsWithZeros">What stands for observations before the reset: zeros, or the first observation.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive.</exception>
    /// <exception cref="NotSupportedException">An observation has no fixed size.</exception>
    /// <remarks>Gymnasium has none for vector environments; each lane is stacked as its wrapper of single ones does it. With
    /// <see cref="AutoresetMode.SameStep"/> the final observation stands on those of its own episode.</remarks>
    public static VectorEnv FrameStack(this VectorEnv env, int stackSize, bool padsWithZeros = false) => new VectorFrameStack(env, stackSize, padsWithZeros);
}

/// <summary>Gives the last observations together, the oldest first. Source: <c>gymnasium/wrappers/stateful_observation.py</c> 1.4.0.</summary>
internal static class FrameStackObservation
{
    /// <summary>Wraps an environment; observations become batches of <paramref name="stackSize"/> (<see cref="Space.Batch"/>).</summary>
    /// <param name="env">The environment.</param>
    /// <param name="stackSize">Number of observations, at least 1.</param>
    /// <param name="padsWithZeros">What stands for observations before the reset: zeros, or the first observation.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive.</exception>
    public static Env Wrap(Env env, int stackSize, bool padsWithZeros = false)
    {
        FrameStacking.ThrowIfNotPositive(stackSize);
        var space = env.ObservationSpace;
        var queue = new ObservationQueue();
        var zeros = padsWithZeros ? space.Batch(1).Iterate(space.CreateEmpty(1))[0] : null;
        return env.Accept(new NaturalObservation<object>(
            observation =>
            {
                while (queue.Count < stackSize - 1)
                {
                    queue.Enqueue(zeros ?? observation);
                }

                queue.Enqueue(observation);
                if (queue.Count > stackSize)
                {
                    queue.Dequeue();
                }

                return space.Concatenate([.. queue]);
            },
            space.Batch(stackSize),
            nameof(FrameStackObservation),
            queue.Clear,
            queue));
    }
}
