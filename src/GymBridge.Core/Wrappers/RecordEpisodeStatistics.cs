using GymBridge.Seeding;
using GymBridge.Values;
using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Adds <c>info["episode"] = { r, l, t }</c>, return, length and seconds, to the step that ends an episode.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="time">Clock of the seconds; null for the system's.</param>
    public static Env RecordEpisodeStatistics(this Env env, TimeProvider? time = null) => env.RecordEpisodeStatistics(out _, time);

    /// <inheritdoc cref="RecordEpisodeStatistics(Env, TimeProvider?)"/>
    public static Env<TObservation, TAction> RecordEpisodeStatistics<TObservation, TAction>(this Env<TObservation, TAction> env, TimeProvider? time = null) =>
        (Env<TObservation, TAction>)((Env)env).RecordEpisodeStatistics(time);

    /// <summary>The same, with the episodes that have ended.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="episodes">The number of episodes, and the last one.</param>
    /// <param name="time">Clock of the seconds; null for the system's.</param>
    public static Env RecordEpisodeStatistics(this Env env, out EpisodeLog episodes, TimeProvider? time = null)
    {
        episodes = new EpisodeLog(1);
        return env.Accept(new RecordEpisodeStatisticsMaker(episodes, time));
    }

    /// <inheritdoc cref="RecordEpisodeStatistics(Env, out EpisodeLog, TimeProvider?)"/>
    public static Env<TObservation, TAction> RecordEpisodeStatistics<TObservation, TAction>(
        this Env<TObservation, TAction> env, out EpisodeLog episodes, TimeProvider? time = null) =>
        (Env<TObservation, TAction>)((Env)env).RecordEpisodeStatistics(out episodes, time);

    /// <summary>Adds <c>info["episode"] = { r, l, t }</c> to the lanes whose episode ends in a step.</summary>
    /// <param name="env">The vector environment, owned by the result.</param>
    /// <param name="bufferLength">Number of episodes that are kept, at least 1.</param>
    /// <param name="statsKey">Name in the info.</param>
    /// <param name="time">Clock of the seconds; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of episodes is not positive.</exception>
    public static VectorEnv RecordEpisodeStatistics(this VectorEnv env, int bufferLength = 100, string statsKey = "episode", TimeProvider? time = null) =>
        env.RecordEpisodeStatistics(out _, bufferLength, statsKey, time);

    /// <summary>The same, with the episodes that have ended.</summary>
    /// <param name="env">The vector environment, owned by the result.</param>
    /// <param name="episodes">The number of episodes, and the last ones.</param>
    /// <param name="bufferLength">Number of episodes that are kept, at least 1.</param>
    /// <param name="statsKey">Name in the info.</param>
    /// <param name="time">Clock of the seconds; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of episodes is not positive.</exception>
    public static VectorEnv RecordEpisodeStatistics(
        this VectorEnv env, out EpisodeLog episodes, int bufferLength = 100, string statsKey = "episode", TimeProvider? time = null)
    {
        var wrapped = new VectorEpisodeStatistics(env, bufferLength, statsKey, time);
        episodes = wrapped.Log;
        return wrapped;
    }

    private sealed class RecordEpisodeStatisticsMaker(EpisodeLog log, TimeProvider? time) : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) => new RecordEpisodeStatistics<TObservation, TAction>(env, log, time);
    }
}

/// <summary>Adds <c>info["episode"] = { r, l, t }</c> to the step that ends an episode.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
internal sealed class RecordEpisodeStatistics<TObservation, TAction> : Wrapper<TObservation, TAction>, ISnapshot
{
    private readonly EpisodeLog _log;
    private readonly TimeProvider _time;
    private double _return;
    private int _length;
    private long _start;

    public RecordEpisodeStatistics(Env<TObservation, TAction> env, EpisodeLog log, TimeProvider? time)
        : base(env) => (_log, _time) = (log, time ?? TimeProvider.System);

    Info ISnapshot.Save() => new()
    {
        ["return"] = _return,
        ["length"] = (long)_length,
        ["seconds"] = _time.GetElapsedTime(_start).TotalSeconds,
        ["log"] = _log.Save(),
    };

    void ISnapshot.Restore(Info state)
    {
        const string Owner = nameof(RecordEpisodeStatistics<,>);
        _return = SnapshotFields.Get<double>(state, "return", Owner);
        _length = SnapshotFields.Get<int>(state, "length", Owner);
        _start = _time.GetTimestamp() - (long)(SnapshotFields.Get<double>(state, "seconds", Owner) * _time.TimestampFrequency);
        _log.Restore(SnapshotFields.Info(state, "log", Owner));
    }

    /// <inheritdoc/>
    protected override ResetResult<TObservation> OnReset(Seed? seed, Info? options)
    {
        var result = base.OnReset(seed, options);
        _start = _time.GetTimestamp();
        _return = 0;
        _length = 0;
        return result;
    }

    /// <inheritdoc/>
    protected override StepResult<TObservation> OnStep(TAction action)
    {
        var result = base.OnStep(action);
        _return += result.Reward;
        _length++;
        if (!result.Ended)
        {
            return result;
        }

        _log.Add(new EpisodeStatistics(_return, _length, Math.Round(_time.GetElapsedTime(_start).TotalSeconds, 6)));
        var info = result.Info.Copy();
        info["episode"] = _log.LastEpisode.ToInfo();
        return result with { Info = info };
    }

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes) => attributes.Add("episode_count", () => _log.EpisodeCount);
}
