using GymBridge.Seeding;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Adds the number of steps since the reset to observations: tuples get an element more, dicts an entry, others become a dict
    /// of <c>obs</c> and <c>time</c>.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="flatten">Whether the result is flattened to one array.</param>
    /// <param name="normalizeTime">Whether time is float32 from 0 to 1 in place of an int32 count.</param>
    /// <param name="timeKey">Key of the time in dict observations.</param>
    /// <exception cref="ArgumentException">There is no time limit, or the key is taken.</exception>
    public static Env TimeAwareObservation(this Env env, bool flatten = true, bool normalizeTime = false, string timeKey = "time") => Wrappers.TimeAwareObservation.Wrap(env, flatten, normalizeTime, timeKey);

    /// <inheritdoc cref="TimeAwareObservation(Env, bool, bool, string)"/>
    public static Env<object, TAction> TimeAwareObservation<TObservation, TAction>(this Env<TObservation, TAction> env, bool flatten = true, bool normalizeTime = false, string timeKey = "time") =>
        (Env<object, TAction>)((Env)env).TimeAwareObservation(flatten, normalizeTime, timeKey);
}

/// <summary>Adds the number of steps since the reset to observations. Source: <c>gymnasium/wrappers/stateful_observation.py</c> 1.4.0.</summary>
internal static class TimeAwareObservation
{
    /// <summary>Wraps an environment with a time limit in its specification.</summary>
    /// <param name="env">The environment. Tuples get an element more, dicts an entry <paramref name="timeKey"/>; others become a dict
    /// of <c>obs</c> and <c>time</c>.</param>
    /// <param name="flatten">Whether the result is flattened to one array.</param>
    /// <param name="normalizeTime">Whether time is float32 from 0 to 1 in place of an int32 count.</param>
    /// <param name="timeKey">Key of the time in dict observations.</param>
    /// <exception cref="ArgumentException">There is no time limit, or the key is taken.</exception>
    public static Env Wrap(Env env, bool flatten = true, bool normalizeTime = false, string timeKey = "time")
    {
        var limit = env.Spec?.MaxEpisodeSteps ?? throw new ArgumentException(
            "The environment must be wrapped by a TimeLimit wrapper or the spec specify a `max_episode_steps`.", nameof(env));
        if (env.ObservationSpace is DictSpace taken && taken.Spaces.Any(item => item.Key == timeKey))
        {
            throw new ArgumentException($"The `dict_time_key` ({PythonText.Repr(timeKey)}) already exists in the observation space.", nameof(timeKey));
        }

        return env.Accept(new Visitor(limit, flatten, normalizeTime, timeKey));
    }

    private sealed class Visitor(int limit, bool flatten, bool normalizeTime, string timeKey) : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env)
        {
            Space time = normalizeTime ? new Box(0, 1, [1]) : new Box(0, limit, [1], DType.Int32);
            Space space = env.ObservationSpace switch
            {
                DictSpace { SortKeys: true } dict => new DictSpace(
                    dict.Spaces.Append((timeKey, time)).ToDictionary(item => item.Item1, item => item.Item2)),
                DictSpace dict => new DictSpace([(timeKey, time), .. dict.Spaces]) { SortKeys = false },
                TupleSpace tuple => new TupleSpace([.. tuple.Spaces, time]),
                var other => new DictSpace(("obs", other), ("time", time)),
            };
            return new Wrapped<TObservation, TAction>(
                env, space, flatten, steps => normalizeTime ? NDArray.From((float)(steps / (double)limit)) : NDArray.From(steps), timeKey);
        }
    }

    private sealed class Wrapped<TInner, TAction>(
        Env<TInner, TAction> env, Space space, bool flatten, Func<int, NDArray> time, string timeKey)
        : Wrapper<object, TAction, TInner, TAction>(
            env, flatten ? space.Flattened() : space, env.ActionSpace), ISnapshot
    {
        private int _steps;

        private protected override string Name => nameof(TimeAwareObservation);

        Info ISnapshot.Save() => new() { ["steps"] = (long)_steps };

        void ISnapshot.Restore(Info state) => _steps = SnapshotFields.Get<int>(state, "steps", nameof(TimeAwareObservation));

        protected override ResetResult<object> OnReset(Seed? seed, Info? options)
        {
            _steps = 0;
            var (observation, info) = Inner.Reset(seed, options);
            return new(Add(observation), info);
        }

        protected override StepResult<object> OnStep(TAction action)
        {
            _steps++;
            var step = Inner.Step(action);
            return new(Add(step.Observation), step.Reward, step.Terminated, step.Truncated, step.Info);
        }

        private object Add(TInner observation)
        {
            object value = Inner.ToNatural(observation) switch
            {
                Info info => WithTime(info),
                TupleValue tuple => new TupleValue([.. tuple.Items, time(_steps)]),
                var other => new Info { ["obs"] = other, ["time"] = time(_steps) },
            };
            return flatten ? space.Flatten(value) : value;
        }

        private Info WithTime(Info info)
        {
            var value = new Info { [timeKey] = time(_steps) };
            foreach (var (key, part) in info)
            {
                value[key] = part;
            }

            return value;
        }
    }
}
