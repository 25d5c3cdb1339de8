namespace GymBridge.Agents;

/// <summary>Returns and lengths of finished episodes, with Stable-Baselines3's window of the last 100.</summary>
public sealed class EpisodeTracker
{
    private const int Window = 100;

    private readonly double[] _returns;
    private readonly int[] _lengths;
    private readonly Queue<(double Return, int Length)> _recent = new(Window);

    /// <summary>A tracker for N lanes.</summary>
    public EpisodeTracker(int lanes)
    {
        _returns = new double[lanes];
        _lengths = new int[lanes];
    }

    /// <summary>Number of finished episodes.</summary>
    public int Episodes { get; private set; }

    /// <summary>Mean return of the last 100 episodes; NaN before the first has finished.</summary>
    public double MeanReturn => _recent.Count == 0 ? double.NaN : _recent.Sum(episode => episode.Return) / _recent.Count;

    /// <summary>Mean length of the last 100 episodes; NaN before the first has finished.</summary>
    public double MeanLength => _recent.Count == 0 ? double.NaN : (double)_recent.Sum(episode => episode.Length) / _recent.Count;

    /// <summary>Counts one step of every lane.</summary>
    public void Add(VectorStep step)
    {
        for (var lane = 0; lane < _returns.Length; lane++)
        {
            _returns[lane] += step.Rewards[lane];
            _lengths[lane]++;
            if (!step.Terminated[lane] && !step.Truncated[lane])
            {
                continue;
            }

            if (_recent.Count == Window)
            {
                _recent.Dequeue();
            }

            _recent.Enqueue((_returns[lane], _lengths[lane]));
            Episodes++;
            _returns[lane] = 0;
            _lengths[lane] = 0;
        }
    }
}
