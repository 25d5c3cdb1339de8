using System.Runtime.InteropServices;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Randomness;
using GymBridge.Seeding;
using GymBridge.Shared;
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
    private readonly int[] _lengths;
    private int _transitions;
    private bool _isPaused;

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
        _lengths = new int[lanes];
        _isAtStart = new bool[lanes];
        Array.Fill(_isAtStart, true);
    }

    /// <summary>The rollout that was collected last; the next one is collected into it.</summary>
    public RolloutBuffer Buffer { get; }

    /// <summary>Whether a rollout was cancelled, with which the next call goes on.</summary>
    internal bool IsPaused => _isPaused;

    /// <summary>Collects a number of steps of every lane, whether or not episodes end; or those that are left, where it was cancelled.</summary>
    /// <exception cref="NonFiniteException">The environment gave NaN or infinity.</exception>
    /// <exception cref="OperationCanceledException"><see cref="EnvDriver.Cancellation"/> is cancelled.</exception>
    public void Collect(int steps)
    {
        if (!GoesOn())
        {
            Begin();
        }

        Buffer.Reserve(steps);
        while (Buffer.Steps < steps)
        {
            Act(Buffer.Steps);
            Buffer.Append(_driver);
        }
    }

    /// <summary>Collects whole episodes of every lane until together they have a number of steps; or what is left of them, where it was cancelled.</summary>
    /// <param name="minimumSteps">Transitions, over all lanes; each lane brings at least one episode.</param>
    /// <param name="mostEpisodeSteps">An episode that is longer is an error.</param>
    /// <param name="restart">Begins a new episode in every lane first; null goes on from where the environment is. Not called again after a cancellation.</param>
    /// <param name="onEnd">Told the step and the lane of the end of each episode that is collected, while its final observation is at hand; null tells nobody.</param>
    /// <exception cref="NonFiniteException">The environment gave NaN or infinity.</exception>
    /// <exception cref="GymBridgeException">An episode does not end.</exception>
    /// <exception cref="OperationCanceledException"><see cref="EnvDriver.Cancellation"/> is cancelled.</exception>
    /// <remarks>A lane that has brought its last episode waits for the others; what it does meanwhile is left out, and all lanes begin
    /// anew the next time. So no episode spans two policies, and none is left out because it was long.</remarks>
    public void CollectEpisodes(int minimumSteps, int mostEpisodeSteps, Action? restart = null, Action<int, int>? onEnd = null)
    {
        if (!GoesOn())
        {
            BeginEpisodes(restart);
        }

        while (_isCollecting.Contains(true))
        {
            var t = Buffer.Steps;
            Buffer.Reserve(Math.Max(FirstReserve, t < FirstReserve ? 0 : (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)t + 1)));
            Act(t);
            Buffer.Append(_driver, _isCollecting);
            _transitions += Count(t);
            for (var lane = 0; lane < _lengths.Length; lane++)
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

                _lengths[lane] = hasEnded ? 0 : _lengths[lane] + 1;
                _isCollecting[lane] = !hasEnded || _transitions < minimumSteps;
                if (_lengths[lane] >= mostEpisodeSteps)
                {
                    throw new GymBridgeException(
                        $"An episode of lane {lane} has not ended after {Plural.Of(mostEpisodeSteps, "step")}, and this algorithm learns from whole episodes. Give the environment a time limit (MaxEpisodeSteps of MakeOptions, or TimeLimit), or use an algorithm that bootstraps, such as a2c or ppo.");
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

    void IRolloutSource.Exchange(StateArchive archive, bool isAtRest, bool keepsRollout) => Exchange(archive, keepsRollout);

    /// <summary>Saves or loads the random streams of the lanes, and a rollout that is not finished; call it in <c>ExchangeState</c>.</summary>
    /// <param name="archive">The checkpoint.</param>
    /// <exception cref="InvalidDataException">What is stored does not fit.</exception>
    public void Exchange(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        Exchange(archive, keepsRollout: false);
    }

    /// <summary>As the other one, with a rollout that is finished too, where it is still to be learned from.</summary>
    internal void Exchange(StateArchive archive, bool keepsRollout)
    {
        archive.Streams("policy", _streams);
        archive.Array("collector/at_start", _isAtStart);
        var isPaused = archive.Number("collector/is_paused", _isPaused ? 1 : 0, older: 0) == 1;
        if (archive.Number("collector/keeps_rollout", isPaused || keepsRollout ? 1 : 0, older: 0) == 0)
        {
            return;
        }

        Buffer.Exchange(archive);
        archive.Array("collector/is_collecting", _isCollecting);
        archive.Array("collector/lengths", _lengths);
        _transitions = (int)archive.Number("collector/transitions", _transitions);

        // An environment that begins anew has nothing to do with the steps before.
        _isPaused = isPaused && _driver.HasStarted;
    }

    /// <summary>Drops a rollout that is not finished.</summary>
    internal void Abandon() => _isPaused = false;

    private int Count(int step)
    {
        var count = 0;
        foreach (var isTransition in Buffer.At(Buffer.IsTransition, step))
        {
            count += isTransition ? 1 : 0;
        }

        return count;
    }

    private bool GoesOn()
    {
        var goesOn = _isPaused;
        _isPaused = false;
        return goesOn;
    }

    private void BeginEpisodes(Action? restart)
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
        Array.Clear(_lengths);
        _transitions = 0;
    }

    private void Begin()
    {
        _driver.Start();
        Buffer.Clear();
        Buffer.ReadState(_driver);
    }

    private void Act(int step)
    {
        _driver.PauseIfCancelled(ref _isPaused);
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
            Finite.ThrowIfPolicyIsNot(logProbabilities, _driver.Timesteps);
        }

        _network.Head.Write(Buffer.ActionsAt(step), _driver.Actions);
        _driver.StepAnyway();
    }
}
