using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Networks;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>One of A3C's workers: an environment and a copy of the network, used by one thread at a time.</summary>
internal sealed class A3cWorker : IDisposable
{
    private readonly A3cOptions _options;
    private readonly RolloutCollector _collector;

    /// <param name="env">Its environment; stays the caller's.</param>
    /// <param name="network">Its copy of the network, which it owns.</param>
    /// <param name="options">Hyperparameters.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="lane">Number of its lane in the whole environment: its reset and its actions are those of that lane of A2C.</param>
    /// <param name="encoder">Turns observations into features.</param>
    public A3cWorker(VectorEnv env, ActorCriticNetwork network, A3cOptions options, Seed seed, int lane, Observations.ObservationEncoder encoder)
    {
        (_options, Network) = (options, network);
        Driver = new EnvDriver(env, seed + lane, encoder);
        Driver.Episodes.Ended += (episodeReturn, length) => Ended.Add((episodeReturn, length));
        _collector = new RolloutCollector(Driver, network, seed, firstLane: lane);
        _collector.Buffer.Reserve(options.RolloutSteps);
    }

    public EnvDriver Driver { get; }

    public ActorCriticNetwork Network { get; }

    /// <summary>Episodes that have ended and were not counted yet.</summary>
    public List<(double Return, long Length)> Ended { get; } = [];

    public RolloutBuffer Rollout => _collector.Buffer;

    /// <summary>Collects a rollout and leaves its gradient in <see cref="Network"/>.</summary>
    /// <returns>Null where it had no transitions.</returns>
    public A2cLosses? Run()
    {
        // What was cancelled would go on with other weights.
        _collector.Abandon();
        _collector.Collect(_options.RolloutSteps);
        Rollout.EvaluateStates(Network);
        Rollout.ComputeAdvantages(_options.Gamma, _options.GaeLambda);
        using var scope = NewDisposeScope();
        return A2cLearning.Backward(Network, Rollout, _options, () => Network.zero_grad(), "A3C", Driver.Timesteps);
    }

    public void Exchange(StateArchive archive, bool isAtRest)
    {
        _collector.Abandon();
        _collector.Exchange(archive);
        Driver.Exchange(archive, isAtRest);
    }

    public void Dispose()
    {
        _collector.Dispose();
        Network.Dispose();
    }
}
