using GymBridge.Seeding;

namespace GymBridge.Agents.Randomness;

/// <summary>A random stream for each lane, keyed by seed and lane: which process or thread steps a lane never changes a bit of it.</summary>
public sealed class LaneStreams
{
    private readonly Rng[] _streams;

    /// <summary>The streams of a run for one purpose, one for each lane.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="purpose">What they are for.</param>
    /// <param name="lanes">Number of lanes.</param>
    /// <param name="firstLane">Number of the first one.</param>
    public LaneStreams(Seed seed, StreamPurpose purpose, int lanes, int firstLane = 0)
    {
        _streams = new Rng[lanes];
        for (var lane = 0; lane < lanes; lane++)
        {
            _streams[lane] = RandomStreams.Create(seed, purpose, firstLane + lane);
        }
    }

    /// <summary>Number of lanes.</summary>
    public int Lanes => _streams.Length;

    /// <summary>The stream of a lane.</summary>
    public Rng this[int lane] => _streams[lane];
}
