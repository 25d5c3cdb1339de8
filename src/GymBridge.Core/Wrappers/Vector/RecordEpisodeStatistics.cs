using GymBridge.Seeding;

namespace GymBridge.Wrappers.Vector;

/// <summary>Adds <c>info["episode"] = { r, l, t }</c> to the lanes whose episode ends in a step.</summary>
/// <remarks>With <see cref="AutoresetMode.SameStep"/> it stands in the info of the lane beside that of its reset, as in Gymnasium.
/// A reset of some lanes forgets those alone; Gymnasium means to, but its SyncVectorEnv takes the mask out of the options first. Source: <c>gymnasium/wrappers/vector/common.py</c> 1.4.0.</remarks>
public sealed class RecordEpisodeStatistics : VectorWrapper
{
    private readonly TimeProvider _time;
    private readonly int _bufferLength;
    private readonly string _statsKey;
    private readonly Queue<EpisodeStatistics> _recent = [];
    private readonly double[] _returns;
    private readonly int[] _lengths;
    private readonly long[] _starts;
    private readonly bool[] _ended;

    /// <summary>Records the episodes of <paramref name="env"/>.</summary>
    /// <param name="env">The vector environment.</param>
    /// <param name="bufferLength">Number of episodes that are kept, at least 1.</param>
    /// <param name="statsKey">Name in the info.</param>
    /// <param name="time">Clock of the seconds; the system's by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of episodes is not positive.</exception>
    public RecordEpisodeStatistics(VectorEnv env, int bufferLength = 100, string statsKey = "episode", TimeProvider? time = null)
        : base(env)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferLength, 1);
        (_bufferLength, _statsKey, _time) = (bufferLength, statsKey, time ?? TimeProvider.System);
        (_returns, _lengths, _starts, _ended) = (new double[NumEnvs], new int[NumEnvs], new long[NumEnvs], new bool[NumEnvs]);
    }

    /// <summary>Number of finished episodes.</summary>
    public int EpisodeCount { get; private set; }

    /// <summary>The last finished episodes, the oldest first (<c>return_queue</c>, <c>length_queue</c> and <c>time_queue</c> in one).</summary>
    public IReadOnlyCollection<EpisodeStatistics> RecentEpisodes => _recent;

    /// <inheritdoc/>
    protected override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
    {
        base.OnReset(result, seeds, mask, options);
        var now = _time.GetTimestamp();
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (mask.IsEmpty || mask[lane])
            {
                Start(lane, now);
                _ended[lane] = false;
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The info of a lane that ends has the name of the statistics already.</exception>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        base.OnStep(actions, result);
        var isSameStep = AutoresetMode == AutoresetMode.SameStep;
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (_ended[lane] && !isSameStep)
            {
                Start(lane, _time.GetTimestamp());
            }
            else
            {
                _returns[lane] += result.Rewards[lane];
                _lengths[lane]++;
            }

            _ended[lane] = result.Terminated[lane] || result.Truncated[lane];
            if (_ended[lane])
            {
                result.Infos[lane] = WithStatistics(lane, result.Infos[lane] ?? Info.Empty);
                if (isSameStep)
                {
                    Start(lane, _time.GetTimestamp());
                }
            }
        }
    }

    private void Start(int lane, long now) => (_returns[lane], _lengths[lane], _starts[lane]) = (0, 0, now);

    private Info WithStatistics(int lane, Info info)
    {
        if (info.ContainsKey(_statsKey))
        {
            throw new ArgumentException(
                $"Attempted to add episode stats with key '{_statsKey}' but this key already exists in info: [{string.Join(", ", info.Keys)}]; choose another statsKey.");
        }

        var episode = new EpisodeStatistics(_returns[lane], _lengths[lane], Math.Round(_time.GetElapsedTime(_starts[lane]).TotalSeconds, 6));
        EpisodeCount++;
        _recent.Enqueue(episode);
        if (_recent.Count > _bufferLength)
        {
            _recent.Dequeue();
        }

        var copy = info.Copy();
        copy[_statsKey] = episode.ToInfo();
        return copy;
    }
}
