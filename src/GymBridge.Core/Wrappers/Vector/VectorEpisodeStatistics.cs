using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Wrappers.Vector;

/// <summary>Adds <c>info["episode"] = { r, l, t }</c> to the lanes whose episode ends in a step.</summary>
/// <remarks>With <see cref="AutoresetMode.SameStep"/> it stands in the info of the lane beside that of its reset, as in Gymnasium.
/// A reset of some lanes forgets those alone; Gymnasium means to, but its SyncVectorEnv takes the mask out of the options first. Source:
/// <c>gymnasium/wrappers/vector/common.py</c> 1.4.0.</remarks>
internal sealed class VectorEpisodeStatistics : VectorWrapper, ISnapshot
{
    private readonly TimeProvider _time;
    private readonly string _statsKey;
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
    public VectorEpisodeStatistics(VectorEnv env, int bufferLength = 100, string statsKey = "episode", TimeProvider? time = null)
        : base(env)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferLength, 1);
        (Log, _statsKey, _time) = (new EpisodeLog(bufferLength), statsKey, time ?? TimeProvider.System);
        (_returns, _lengths, _starts, _ended) = (new double[NumEnvs], new int[NumEnvs], new long[NumEnvs], new bool[NumEnvs]);
    }

    public EpisodeLog Log { get; }

    internal override bool KeepsObservations => true;

    Info ISnapshot.Save() => new()
    {
        ["returns"] = NDArray.From((double[])_returns.Clone()),
        ["lengths"] = NDArray.From((int[])_lengths.Clone()),
        ["seconds"] = NDArray.From(Array.ConvertAll(_starts, start => _time.GetElapsedTime(start).TotalSeconds)),
        ["ended"] = NDArray.From((bool[])_ended.Clone()),
        ["log"] = Log.Save(),
    };

    void ISnapshot.Restore(Info state)
    {
        SnapshotFields.Array<double>(state, "returns", NumEnvs, ClassName).CopyTo(_returns);
        SnapshotFields.Array<int>(state, "lengths", NumEnvs, ClassName).CopyTo(_lengths);
        SnapshotFields.Array<bool>(state, "ended", NumEnvs, ClassName).CopyTo(_ended);
        var (now, seconds) = (_time.GetTimestamp(), SnapshotFields.Array<double>(state, "seconds", NumEnvs, ClassName));
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            _starts[lane] = now - (long)(seconds[lane] * _time.TimestampFrequency);
        }

        Log.Restore(SnapshotFields.Info(state, "log", ClassName));
    }

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
        Log.Add(episode);
        var copy = info.Copy();
        copy[_statsKey] = episode.ToInfo();
        return copy;
    }
}
