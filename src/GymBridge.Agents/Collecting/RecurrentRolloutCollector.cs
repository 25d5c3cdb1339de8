using System.Runtime.InteropServices;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Randomness;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents.Collecting;

/// <summary>Lets a recurrent policy act and keeps what came of it, with the states of its LSTMs before each step.</summary>
/// <remarks>States go on from one rollout to the next and are zero where an episode begins. Values are those of the collection, as in
/// sb3-contrib: the state they were computed from is that of the policy that acted. Not thread-safe.</remarks>
internal sealed class RecurrentRolloutCollector : IDisposable
{
    private readonly EnvDriver _driver;
    private readonly RecurrentActorCriticNetwork _network;
    private readonly LaneStreams _streams;
    private readonly RecurrentState _actor;
    private readonly RecurrentState _critic;
    private readonly bool[] _isStart;
    private readonly float[] _finalFeatures;
    private readonly float[] _lastValues;
    private bool _isPaused;

    public RecurrentRolloutCollector(EnvDriver driver, RecurrentActorCriticNetwork network, Seed seed, int steps)
    {
        (_driver, _network) = (driver, network);
        var lanes = driver.Env.NumEnvs;
        _streams = new LaneStreams(seed, StreamPurpose.Policy, lanes);
        Buffer = new RolloutBuffer(driver, network.Head);
        Buffer.Reserve(steps);
        (_actor, _critic) = (network.CreateState(lanes), network.CreateState(lanes));
        ActorStates = new RecurrentStates(_actor, steps);
        CriticStates = new RecurrentStates(_critic, network.HasCriticState ? steps : 0);
        IsEpisodeStart = new bool[steps * lanes];
        _finalFeatures = new float[driver.Encoder.Features];
        _lastValues = new float[lanes];
        _isStart = new bool[lanes];
        Array.Fill(_isStart, true);
    }

    /// <summary>What was collected last, with values.</summary>
    public RolloutBuffer Buffer { get; }

    /// <summary>States of the policy's LSTM before each step.</summary>
    public RecurrentStates ActorStates { get; }

    /// <summary>States of the value's LSTM before each step; of nothing without one.</summary>
    public RecurrentStates CriticStates { get; }

    /// <summary>[T, N]; whether the observation of a step is the first of an episode.</summary>
    public bool[] IsEpisodeStart { get; }

    public void Dispose() => Buffer.Dispose();

    /// <summary>Collects a number of steps of every lane, whether or not episodes end; or those that are left, where it was cancelled.</summary>
    /// <exception cref="NonFiniteException">The environment gave NaN or infinity.</exception>
    /// <exception cref="OperationCanceledException"><see cref="EnvDriver.Cancellation"/> is cancelled.</exception>
    public void Collect(int steps)
    {
        if (!_isPaused)
        {
            _driver.Start();
            Buffer.Clear();
            Buffer.ReadState(_driver);
        }

        for (var t = Buffer.Steps; t < steps; t++)
        {
            _driver.PauseIfCancelled(ref _isPaused);
            Forget();
            _isStart.CopyTo(Buffer.At(IsEpisodeStart, t));
            ActorStates.Keep(t, _actor);
            CriticStates.Keep(t, _critic);
            Evaluate(t, Buffer.At(Buffer.StateValues, t), acts: true);
            _network.Head.Write(Buffer.ActionsAt(t), _driver.Actions);
            _driver.StepAnyway();
            Buffer.Append(_driver);
            EvaluateFinals(t);
            for (var lane = 0; lane < _isStart.Length; lane++)
            {
                // With NextStep the observation after the end is the final one; the step after that resets.
                _isStart[lane] = _driver.Env.AutoresetMode == AutoresetMode.SameStep ? _driver.HasEnded(lane) : !_driver.IsTransition(lane);
            }
        }

        _isPaused = false;
        Forget();
        Evaluate(steps, _lastValues, acts: false);
        for (var t = 0; t < steps; t++)
        {
            GoOn(t, t + 1 < steps ? Buffer.At(Buffer.StateValues, t + 1) : _lastValues);
        }
    }

    /// <summary>Saves or loads what it holds.</summary>
    /// <param name="archive">The checkpoint.</param>
    /// <param name="keepsRollout">Whether a rollout that is finished is still to be learned from; one that is not is kept anyhow.</param>
    internal void Exchange(StateArchive archive, bool keepsRollout)
    {
        archive.Streams("policy", _streams);
        archive.Array("collector/is_start", _isStart);
        archive.Array("collector/actor_hidden", _actor.Hidden);
        archive.Array("collector/actor_cell", _actor.Cell);
        archive.Array("collector/critic_hidden", _critic.Hidden);
        archive.Array("collector/critic_cell", _critic.Cell);
        var isPaused = archive.Number("collector/is_paused", _isPaused ? 1 : 0, older: 0) == 1;
        if (archive.Number("collector/keeps_rollout", isPaused || keepsRollout ? 1 : 0, older: 0) == 0)
        {
            return;
        }

        Buffer.Exchange(archive);
        archive.Array("collector/is_episode_start", IsEpisodeStart);
        ActorStates.Exchange(archive, "collector/actor_states");
        CriticStates.Exchange(archive, "collector/critic_states");

        // An environment that begins anew has nothing to do with the steps before.
        _isPaused = isPaused && _driver.HasStarted;
    }

    // V(s_t), and the states after the observation of step t; where the policy acts, its action too.
    private void Evaluate(int step, Span<float> values, bool acts)
    {
        using var measurement = UpdateClock.Measure(UpdatePhase.Acting);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var features = tensor(Buffer.ObservationsAt(step).ToArray(), [1, _isStart.Length, _driver.Encoder.Features], device: _network.Device);
        var output = _network.Run(features, _actor.ToTensors(features.device), _critic.ToTensors(features.device));
        Read(_network.Values(output.Value), values);
        if (!acts)
        {
            return;
        }

        var logProbabilities = Buffer.At(Buffer.LogProbabilities, step);
        _network.Distribution(output.Policy).Sample(_streams, Buffer.ActionsAt(step), logProbabilities);
        Finite.ThrowIfPolicyIsNot(logProbabilities, _driver.Timesteps);

        _actor.CopyFrom(output.Actor.Hidden, output.Actor.Cell);
        if (_network.HasCriticState)
        {
            _critic.CopyFrom(output.Critic.Hidden, output.Critic.Cell);
        }
    }

    // The value of a truncated step's final observation, from the states that the episode has come to.
    private void EvaluateFinals(int step)
    {
        var outcome = _driver.Current;
        for (var lane = 0; lane < _isStart.Length; lane++)
        {
            if (!IsCut(step, lane) || !outcome.HasFinal[lane])
            {
                continue;
            }

            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            _driver.EncodeFinal(lane, _finalFeatures);
            var features = tensor(_finalFeatures, [1, 1, _finalFeatures.Length], device: _network.Device);
            var output = _network.Run(features, _actor.Row(lane).ToTensors(features.device), _critic.Row(lane).ToTensors(features.device));
            Read(_network.Values(output.Value), Buffer.At(Buffer.NextStateValues, step).Slice(lane, 1));
        }
    }

    private bool IsCut(int step, int lane) => Buffer.At(Buffer.Truncated, step)[lane] && !Buffer.At(Buffer.Terminated, step)[lane];

    // The value behind a step is that of the next one, but of a cut step the one that EvaluateFinals gave.
    private void GoOn(int step, ReadOnlySpan<float> next)
    {
        var values = Buffer.At(Buffer.NextStateValues, step);
        var hasFinals = _driver.Env.AutoresetMode == AutoresetMode.SameStep;
        for (var lane = 0; lane < next.Length; lane++)
        {
            if (!hasFinals || !IsCut(step, lane))
            {
                values[lane] = next[lane];
            }
        }
    }

    private static void Read(Tensor source, Span<float> target) => MemoryMarshal.Cast<byte, float>(source.cpu().contiguous().bytes).CopyTo(target);

    private void Forget()
    {
        for (var lane = 0; lane < _isStart.Length; lane++)
        {
            if (_isStart[lane])
            {
                _actor.Clear(lane);
                _critic.Clear(lane);
            }
        }
    }
}
