using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Observations;
using GymBridge.Seeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents.Collecting.Actors;

/// <summary>An actor in this process, used by one thread at a time.</summary>
internal sealed class LocalActor : IActor
{
    private readonly List<(int Step, double Return, long Length)> _ended = [];
    private readonly ActorCriticNetwork _network;
    private readonly EnvDriver _driver;
    private readonly RolloutCollector _collector;
    private bool _isDone;

    /// <param name="env">Its lanes; stays the caller's.</param>
    /// <param name="network">Its copy of the network, which it owns.</param>
    /// <param name="encoder">Turns observations into features.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="firstLane">Number of its first lane in the run.</param>
    /// <param name="usesMasks">Whether the infos say which actions are allowed.</param>
    public LocalActor(VectorEnv env, ActorCriticNetwork network, ObservationEncoder encoder, Seed seed, int firstLane, bool usesMasks)
    {
        _network = network;
        _driver = new EnvDriver(env, seed + firstLane, encoder);
        _collector = new RolloutCollector(_driver, network, seed, usesMasks, firstLane);
        _driver.Episodes.Ended += (episodeReturn, length) => _ended.Add((_collector.Buffer.Steps, episodeReturn, length));
    }

    /// <inheritdoc/>
    public RolloutBuffer Columns => _collector.Buffer;

    /// <inheritdoc/>
    public IReadOnlyList<(int Step, double Return, long Length)> Ended => _ended;

    /// <inheritdoc/>
    public long Timesteps => _driver.Timesteps;

    /// <inheritdoc/>
    public void Take(IEnumerable<Parameter> weights)
    {
        using var noGrad = no_grad();
        foreach (var (from, to) in weights.Zip(_network.parameters()))
        {
            to.copy_(from);
        }
    }

    /// <inheritdoc/>
    public void Collect(int steps, CancellationToken cancellation)
    {
        if (_isDone)
        {
            // Others were cancelled before they had come so far.
            return;
        }

        if (!_collector.IsPaused)
        {
            _ended.Clear();
        }

        _driver.Cancellation = cancellation;
        _collector.Collect(steps);
        _isDone = true;
    }

    /// <inheritdoc/>
    public void Release()
    {
        _isDone = false;
        _collector.Abandon();
    }

    /// <inheritdoc/>
    public void Exchange(StateArchive archive, bool isAtRest)
    {
        _driver.Exchange(archive, isAtRest);
        _isDone = archive.Number("is_done", _isDone ? 1 : 0, older: 0) == 1;
        _collector.Exchange(archive, keepsRollout: _isDone);
        ExchangeEnded(archive);
    }

    private void ExchangeEnded(StateArchive archive)
    {
        var count = (int)archive.Number("ended", _isDone || _collector.IsPaused ? _ended.Count : 0, older: 0);
        if (count == 0)
        {
            return;
        }

        double[] numbers = [.. archive.IsLoading ? new double[3 * count] : _ended.SelectMany(end => (double[])[end.Step, end.Return, end.Length])];
        archive.Array("ended", numbers);
        if (archive.IsLoading)
        {
            _ended.Clear();
            _ended.AddRange(numbers.Chunk(3).Select(end => ((int)end[0], end[1], (long)end[2])));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _collector.Dispose();
        _network.Dispose();
    }
}
