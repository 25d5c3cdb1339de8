using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Takes each action several times, sums the rewards, and gives the greater of the last two observations, element by element.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="skip">How often each action is taken, at least 2.</param>
    /// <exception cref="ArgumentException">The observations are no Box, or <paramref name="skip"/> is below 2.</exception>
    public static Env MaxAndSkipObservation(this Env env, int skip = 4) => Wrappers.MaxAndSkipObservation.Wrap(env, skip);

    /// <inheritdoc cref="MaxAndSkipObservation(Env, int)"/>
    public static Env<NDArray, TAction> MaxAndSkipObservation<TObservation, TAction>(this Env<TObservation, TAction> env, int skip = 4) =>
        (Env<NDArray, TAction>)((Env)env).MaxAndSkipObservation(skip);
}

/// <summary>Takes each action several times, sums the rewards, and gives the greater of the last two observations, element by element.</summary>
/// <remarks>When an episode ends earlier, the buffer still holds what earlier steps left there, as in Gymnasium. Source:
/// <c>gymnasium/wrappers/stateful_observation.py</c> 1.4.0.</remarks>
internal static class MaxAndSkipObservation
{
    /// <summary>Wraps an environment whose observations are a Box.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="skip">How often each action is taken, at least 2.</param>
    /// <exception cref="ArgumentException">The observations are no Box, or <paramref name="skip"/> is below 2.</exception>
    public static Env Wrap(Env env, int skip = 4)
    {
        if (env.ObservationSpace is not Box)
        {
            throw new ArgumentException($"MaxAndSkipObservation requires a Box observation space, got {env.ObservationSpace}", nameof(env));
        }

        return skip >= 2
            ? env.Accept(new Visitor(skip))
            : throw new ArgumentException($"The skip value needs to be equal or greater than two, actual value: {skip}", nameof(skip));
    }

    private sealed class Visitor(int skip) : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) => new Wrapped<TObservation, TAction>(env, skip);
    }

    private sealed class Wrapped<TInner, TAction> : Wrapper<NDArray, TAction, TInner, TAction>, ISnapshot
    {
        private readonly int _skip;
        private NDArray _beforeLast;
        private NDArray _last;

        public Wrapped(Env<TInner, TAction> env, int skip)
            : base(env, env.ObservationSpace, env.ActionSpace)
        {
            var box = (Box)env.ObservationSpace;
            _skip = skip;
            _beforeLast = new NDArray(box.DType, box.Shape);
            _last = new NDArray(box.DType, box.Shape);
        }

        private protected override string Name => nameof(MaxAndSkipObservation);

        Info ISnapshot.Save() => new() { ["before_last"] = _beforeLast, ["last"] = _last };

        void ISnapshot.Restore(Info state) => (_beforeLast, _last) = (Frame(state, "before_last"), Frame(state, "last"));

        private NDArray Frame(Info state, string name) =>
            SnapshotFields.Get<NDArray>(state, name, nameof(MaxAndSkipObservation)) is var frame && frame.DType == _last.DType && frame.Length == _last.Length
                ? frame
                : throw SnapshotFields.Unfit(name, nameof(MaxAndSkipObservation));

        protected override ResetResult<NDArray> OnReset(Seeding.Seed? seed, Info? options)
        {
            var (observation, info) = Inner.Reset(seed, options);
            return new((NDArray)Inner.ToNatural(observation), info);
        }

        protected override StepResult<NDArray> OnStep(TAction action)
        {
            var total = 0.0;
            StepResult<TInner> step = default;
            for (var i = 0; i < _skip && !step.Ended; i++)
            {
                step = Inner.Step(action);
                total += step.Reward;
                if (i == _skip - 2)
                {
                    _beforeLast = (NDArray)Inner.ToNatural(step.Observation);
                }
                else if (i == _skip - 1)
                {
                    _last = (NDArray)Inner.ToNatural(step.Observation);
                }
            }

            var greatest = _last.Clone();
            var size = greatest.DType.ItemSize();
            for (var i = 0; i < greatest.Length; i++)
            {
                if (BoxNumbers.Compare(_beforeLast, i, _last, i) == 1)
                {
                    _beforeLast.Bytes.Slice(i * size, size).CopyTo(greatest.Bytes[(i * size)..]);
                }
            }

            return new(greatest, total, step.Terminated, step.Truncated, step.Info);
        }
    }
}
