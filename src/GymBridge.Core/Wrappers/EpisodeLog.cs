using System.Collections.Immutable;
using GymBridge.Values;

namespace GymBridge.Wrappers;

/// <summary>The episodes that a <c>RecordEpisodeStatistics</c> wrapper has seen the end of.</summary>
public sealed class EpisodeLog
{
    private readonly Queue<EpisodeStatistics> _recent = [];
    private readonly int _capacity;

    internal EpisodeLog(int capacity) => _capacity = capacity;

    /// <summary>Number of episodes that have ended, of all lanes.</summary>
    public int EpisodeCount { get; private set; }

    /// <summary>The last finished episode; all zero before one has finished.</summary>
    public EpisodeStatistics LastEpisode { get; private set; }

    /// <summary>The last finished episodes, the oldest first (<c>return_queue</c>, <c>length_queue</c> and <c>time_queue</c> in one).</summary>
    public IReadOnlyCollection<EpisodeStatistics> RecentEpisodes => _recent;

    internal void Add(EpisodeStatistics episode)
    {
        EpisodeCount++;
        LastEpisode = episode;
        _recent.Enqueue(episode);
        if (_recent.Count > _capacity)
        {
            _recent.Dequeue();
        }
    }

    internal Info Save() => new()
    {
        ["episode_count"] = (long)EpisodeCount,
        ["recent"] = _recent.Select(object? (episode) => episode.ToInfo()).ToList(),
    };

    internal void Restore(Info state)
    {
        var episodes = SnapshotFields.List(state, "recent", nameof(EpisodeLog))
            .Select(item => EpisodeStatistics.From(item as Info ?? throw SnapshotFields.Unfit("recent", nameof(EpisodeLog)))).ToImmutableArray();
        _recent.Clear();
        LastEpisode = default;
        foreach (var episode in episodes)
        {
            Add(episode);
        }

        EpisodeCount = SnapshotFields.Get<int>(state, "episode_count", nameof(EpisodeLog));
    }
}
