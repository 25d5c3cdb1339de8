using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Wrappers;

/// <summary>Adds return, length and time of each finished episode. Source: <c>gymnasium/wrappers/common.py</c>.</summary>
public static class RecordEpisodeStatistics
{
    /// <summary>Wraps an environment whose types are not known at compile time.</summary>
    public static Env Wrap(Env env, TimeProvider? time = null) => env.Accept(new Visitor(time));

    private sealed class Visitor(TimeProvider? time) : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) =>
            new RecordEpisodeStatistics<TObservation, TAction>(env, time);
    }
}

/// <summary>Adds <c>info["episode"] = { r, l, t }</c> to the step that ends an episode.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
public sealed class RecordEpisodeStatistics<TObservation, TAction> : Wrapper<TObservation, TAction>, ISnapshot
{
    private readonly TimeProvider _time;
    private double _return;
    private int _length;
    private long _start;

    /// <summary>Records the episodes of <paramref name="env"/>.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="time">Clock of the seconds; the system's by default.</param>
    public RecordEpisodeStatistics(Env<TObservation, TAction> env, TimeProvider? time = null)
        : base(env) => _time = time ?? TimeProvider.System;

    /// <summary>Number of finished episodes.</summary>
    public int EpisodeCount { get; private set; }

    /// <summary>The last finished episode; all zero before one has finished.</summary>
    public EpisodeStatistics LastEpisode { get; private set; }

    Info ISnapshot.Save() => new()
    {
        ["return"] = _return,
        ["length"] = (long)_length,
        ["seconds"] = _time.GetElapsedTime(_start).TotalSeconds,
        ["episode_count"] = (long)EpisodeCount,
        ["last_episode"] = LastEpisode.ToInfo(),
    };

    void ISnapshot.Restore(Info state)
    {
        const string Owner = nameof(RecordEpisodeStatistics);
        _return = SnapshotFields.Get<double>(state, "return", Owner);
        _length = SnapshotFields.Get<int>(state, "length", Owner);
        _start = _time.GetTimestamp() - (long)(SnapshotFields.Get<double>(state, "seconds", Owner) * _time.TimestampFrequency);
        EpisodeCount = SnapshotFields.Get<int>(state, "episode_count", Owner);
        LastEpisode = EpisodeStatistics.From(SnapshotFields.Info(state, "last_episode", Owner));
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

        LastEpisode = new EpisodeStatistics(_return, _length, Math.Round(_time.GetElapsedTime(_start).TotalSeconds, 6));
        EpisodeCount++;
        var info = result.Info.Copy();
        info["episode"] = LastEpisode.ToInfo();
        return result with { Info = info };
    }

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes) => attributes.Add("episode_count", () => EpisodeCount);
}
