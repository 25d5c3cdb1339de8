using System.Runtime.InteropServices;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Randomness;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents.Collecting;

/// <summary>Lets a policy act and keeps what came of it, for methods that learn from their own fresh experience.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class RolloutCollector : IRolloutSource
{
    private const int FirstReserve = 256;

    private readonly EnvDriver _driver;
    private readonly ActorCriticNetwork _network;
    private readonly LaneStreams _streams;
    private readonly Tensor _stepFeatures;
    private readonly Device _device;
    private readonly bool[] _isCollecting;
    private readonly bool[] _isAtStart;

    /// <summary>A collector; the environment and the network stay the caller's.</summary>
    /// <param name="driver">Steps the environment.</param>
    /// <param name="network">Acts.</param>
    /// <param name="seed">Seed of the run: each lane draws its actions from a stream of its own.</param>
    /// <param name="usesMasks">Whether the infos say which actions are allowed.</param>
    /// <param name="usesReference">Whether the infos may tell the logits of a reference policy, to which the network's are added.</param>
    /// <param name="firstLane">Number of the first lane, where the environment is a part of a larger one.</param>
    public RolloutCollector(EnvDriver driver, ActorCriticNetwork network, Seed seed, bool usesMasks = false, int firstLane = 0, bool usesReference = false)
    {
        ArgumentNullException.ThrowIfNull(driver);
        ArgumentNullException.ThrowIfNull(network);
        _driver = driver;
        _network = network;
        var lanes = driver.Env.NumEnvs;
        _streams = new LaneStreams(seed, StreamPurpose.Policy, lanes, firstLane);
        Buffer = new RolloutBuffer(driver, network.Head, usesMasks, usesReference);
        _stepFeatures = zeros(lanes, driver.Encoder.Features, device: CPU).DetachFromDisposeScope();
        _device = network.Device;
        _isCollecting = new bool[lanes];
        _isAtStart = new bool[lanes];
        Array.Fill(_isAtStart, true);
    }

    /// <summary>The rollout that was collected last; the next one is collected into it.</summary>
    public RolloutBuffer Buffer { get; }

    /// <summary>Collects a number of steps of every lane, whether or not episodes end.</summary>
    /// <exception cref="NonFiniteException">The environment gave NaN or infinity.</exception>
    public void Collect(int steps)
    {
        Buffer.Reserve(steps);
        Begin();
        for (var t = 0; t < steps; t++)
        {
            Act(t);
            Buffer.Append(_driver);
        }
    }

    /// <summary>Collects whole episodes of every lane until together they have a number of steps.</summary>
    /// <param name="minimumSteps">Transitions, over all lanes; each lane brings at least one episode.</param>
    /// <param name="mostEpisodeSteps">An episode that is longer is an error.</param>
    /// <param name="restart">Begins a new episode in every lane first; null goes on from where the environment is.</param>
    /// <param name="onEnd">Told the step and the lane of the end of each episode that is collected, while its final observation is at hand; null tells nobody.</param>
    /// <exception cref="NonFiniteException">The environment gave NaN or infinity.</exception>
    /// <exception cref="GymBridgeException">An episode does not end.</exception>
    /// <remarks>A lane that has brought its last episode waits for the others; what it does meanwhile is left out, and all lanes begin
    /// anew the next time. So no episode spans two policies, and none is left out because it was long.</remarks>
    public void CollectEpisodes(int minimumSteps, int mostEpisodeSteps, Action? restart = null, Action<int, int>? onEnd = null)
    {
        if (restart is not null)
        {
            restart();
            Array.Fill(_isAtStart, true);
        }

        Begin();
        if (_isAtStart.Contains(false))
        {
            _driver.Restart();
            Buffer.ReadState(_driver);
        }

        Array.Fill(_isCollecting, true);
        var lengths = new int[_isCollecting.Length];
        var transitions = 0;
        for (var t = 0; _isCollecting.Contains(true); t++)
        {
            Buffer.Reserve(Math.Max(FirstReserve, t < FirstReserve ? 0 : (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)t + 1)));
            Act(t);
            Buffer.Append(_driver, _isCollecting);
            transitions += Count(t);
            for (var lane = 0; lane < lengths.Length; lane++)
            {
                var hasEnded = _driver.HasEnded(lane);
                _isAtStart[lane] = hasEnded;
                if (!_isCollecting[lane] || !_driver.IsTransition(lane))
                {
                    continue;
                }

                if (hasEnded)
                {
                    onEnd?.Invoke(t, lane);
                }

                lengths[lane] = hasEnded ? 0 : lengths[lane] + 1;
                _isCollecting[lane] = !hasEnded || transitions < minimumSteps;
                if (lengths[lane] >= mostEpisodeSteps)
                {
                    throw new GymBridgeException(
                        $"An episode of lane {lane} has not ended after {mostEpisodeSteps} steps, and this algorithm learns from whole episodes. Give the environment a time limit (MaxEpisodeSteps of MakeOptions, or TimeLimit), or use an algorithm that bootstraps, such as a2c or ppo.");
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stepFeatures.Dispose();
        Buffer.Dispose();
    }

    void IRolloutSource.Exchange(StateArchive archive, bool isAtRest) => Exchange(archive);

    internal void Exchange(StateArchive archive)
    {
        archive.Streams("policy", _streams);
        archive.Array("collector/at_start", _isAtStart);
    }

    private int Count(int step)
    {
        var count = 0;
        foreach (var isTransition in Buffer.At(Buffer.IsTransition, step))
        {
            count += isTransition ? 1 : 0;
        }

        return count;
    }

    private void Begin()
    {
        _driver.Start();
        Buffer.Clear();
        Buffer.ReadState(_driver);
    }

    private void Act(int step)
    {
        using (UpdateClock.Measure(UpdatePhase.Acting))
        using (NewDisposeScope())
        using (no_grad())
        {
            MemoryMarshal.AsBytes(Buffer.ObservationsAt(step)).CopyTo(_stepFeatures.bytes);
            var masks = Buffer.MasksAt(step);
            var reference = Buffer.ReferenceAt(step);
            var distribution = _network.Distribution(
                _network.Extract(_stepFeatures.to(_device)),
                masks.IsEmpty ? null : tensor(masks.ToArray(), [_isAtStart.Length, _network.Head.Outputs], device: _device),
                reference.IsEmpty ? null : tensor(reference.ToArray(), [_isAtStart.Length, _network.Head.Outputs], device: _device));
            var logProbabilities = Buffer.At(Buffer.LogProbabilities, step);
            distribution.Sample(_streams, Buffer.ActionsAt(step), logProbabilities);
            if (Finite.FirstBad(logProbabilities) >= 0)
            {
                throw new NonFiniteException(
                    $"The policy gave no numbers at timestep {_driver.Timesteps}: its weights or the observations have become too large. Lower the learning rate, or normalise the observations.");
            }
        }

        _network.Head.Write(Buffer.ActionsAt(step), _driver.Actions);
        _driver.Step();
    }
}
