using GymBridge.Agents.Checkpoints;

namespace GymBridge.Agents.Collecting;

/// <summary>Returns and lengths of finished episodes, with Stable-Baselines3's window of the last 100.</summary>
public sealed class EpisodeTracker
{
    private const int Window = 100;

    private readonly double[] _returns;
    private readonly long[] _lengths;
    private readonly double[] _recentReturns = new double[Window];
    private readonly long[] _recentLengths = new long[Window];

    /// <summary>Statistics of N lanes.</summary>
    internal EpisodeTracker(int lanes)
    {
        _returns = new double[lanes];
        _lengths = new long[lanes];
    }

    /// <summary>Raised when an episode ends, with its return and its length.</summary>
    public event Action<double, long>? Ended;

    /// <summary>Number of episodes that ended, of all lanes.</summary>
    public long Episodes { get; private set; }

    /// <summary>Mean return of the last 100 episodes; NaN before the first has finished.</summary>
    public double MeanReturn => Mean(i => _recentReturns[i]);

    /// <summary>Mean length of the last 100 episodes; NaN before the first has finished.</summary>
    public double MeanLength => Mean(i => _recentLengths[i]);

    /// <summary>Return of the last finished episode; NaN before the first has finished.</summary>
    public double LastReturn => Episodes == 0 ? double.NaN : _recentReturns[(Episodes - 1) % Window];

    /// <summary>Length of the last finished episode; 0 before the first has finished.</summary>
    public long LastLength => Episodes == 0 ? 0 : _recentLengths[(Episodes - 1) % Window];

    /// <summary>Counts one step of a lane, after which the environment may say itself what the episode brought.</summary>
    internal void Add(int lane, double reward, EpisodeEnd end)
    {
        _returns[lane] += reward;
        _lengths[lane]++;
        if (end.IsEnd)
        {
            AddEpisode(end.Return ?? _returns[lane], end.Length ?? _lengths[lane]);
            Restart(lane);
        }
    }

    /// <summary>Counts an episode that has ended.</summary>
    internal void AddEpisode(double episodeReturn, long length)
    {
        _recentReturns[Episodes % Window] = episodeReturn;
        _recentLengths[Episodes % Window] = length;
        Episodes++;
        Ended?.Invoke(episodeReturn, length);
    }

    /// <summary>Forgets the running episode of a lane.</summary>
    internal void Restart(int lane)
    {
        _returns[lane] = 0;
        _lengths[lane] = 0;
    }

    internal void Exchange(StateArchive archive, string name)
    {
        Episodes = archive.Number($"{name}/episodes", Episodes);
        archive.Array($"{name}/returns", _returns);
        archive.Array($"{name}/lengths", _lengths);
        archive.Array($"{name}/recent_returns", _recentReturns);
        archive.Array($"{name}/recent_lengths", _recentLengths);
    }

    private double Mean(Func<long, double> value)
    {
        var count = Math.Min(Episodes, Window);
        if (count == 0)
        {
            return double.NaN;
        }

        var sum = 0.0;
        for (var i = Episodes - count; i < Episodes; i++)
        {
            sum += value(i % Window);
        }

        return sum / count;
    }
}
