using System.Runtime.InteropServices;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Reproducibility;
using static TorchSharp.torch;

namespace GymBridge.Agents.Collecting.Replay;

/// <summary>Lets something act in the environment and puts the transitions into a <see cref="ReplayBuffer"/>.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class ReplayCollector : IDisposable
{
    private readonly EnvDriver _driver;
    private readonly ActionHead _head;
    private readonly ReplayBuffer _buffer;
    private readonly NStepReturns _returns;
    private readonly Columns _before;
    private readonly Tensor _features;
    private readonly float[] _finalFeatures;
    private readonly long[] _indices;
    private readonly float[] _values;
    private readonly StepTrace _trace;

    /// <summary>A collector; environment and buffer stay the caller's.</summary>
    /// <param name="driver">Steps the environment.</param>
    /// <param name="head">Says how actions are stored.</param>
    /// <param name="buffer">Takes the transitions.</param>
    /// <param name="steps">Steps that a transition spans: n of n-step returns.</param>
    public ReplayCollector(EnvDriver driver, ActionHead head, ReplayBuffer buffer, int steps = 1)
    {
        ArgumentNullException.ThrowIfNull(driver);
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(buffer);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, ReplayBuffer.MaxSteps);
        (_driver, _head, _buffer) = (driver, head, buffer);
        var lanes = driver.Env.NumEnvs;
        _returns = new NStepReturns(buffer, lanes, steps);
        _before = new Columns(driver.Env.SingleObservationSpace, lanes);
        _features = zeros(lanes, driver.Encoder.Features).DetachFromDisposeScope();
        _finalFeatures = new float[driver.Encoder.Features];
        _indices = head.IsContinuous ? [] : new long[lanes * head.Width];
        _values = head.IsContinuous ? new float[lanes * head.Width] : [];
        _trace = new StepTrace(lanes, driver.Encoder.Features, head);
    }

    /// <summary>Chooses an action for each lane.</summary>
    /// <param name="features">float32 [N, F]; encoded observations.</param>
    /// <param name="actions">To be filled.</param>
    public delegate void Actor(Tensor features, ActionSpan actions);

    /// <summary>Steps of every lane since <see cref="Begin"/>.</summary>
    public int Steps => _trace.Steps;

    /// <summary>What was seen and done since <see cref="Begin"/>.</summary>
    public RolloutTrace Trace => _trace.Trace();

    /// <summary>Begins a report: its trace starts anew.</summary>
    public void Begin()
    {
        _driver.Start();
        _trace.Clear();
    }

    /// <summary>Goes on with a report that was begun, be it before a checkpoint was loaded.</summary>
    public void GoOn() => _driver.Start();

    /// <summary>Takes one step in every lane.</summary>
    /// <remarks>It does not look at <see cref="EnvDriver.Cancellation"/>: the actions are chosen by then, and their random numbers drawn.</remarks>
    /// <exception cref="NonFiniteException">The environment gave NaN or infinity.</exception>
    public void Step(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        _driver.Encode(MemoryMarshal.Cast<byte, float>(_features.bytes));
        var current = _driver.Current;
        var actions = new ActionSpan(_indices, _values);
        for (var i = 0; i < _before.Count; i++)
        {
            current.Observations[i].Bytes.CopyTo(_before[i].Bytes);
        }

        using (UpdateClock.Measure(UpdatePhase.Acting))
        {
            actor(_features, actions);
        }

        _head.Write(actions, _driver.Actions);
        _driver.StepAnyway();
        _trace.Add(MemoryMarshal.Cast<byte, float>(_features.bytes), actions, _driver);
        for (var lane = 0; lane < _driver.Env.NumEnvs; lane++)
        {
            if (!_driver.IsTransition(lane))
            {
                continue;
            }

            if (_driver.HasEnded(lane))
            {
                // What is not finite must not get into the buffer; a final observation is never acted on, so that nobody else would see it.
                _driver.EncodeFinal(lane, _finalFeatures);
            }

            var next = current.HasFinal[lane] ? current.FinalObservations : current.Observations;
            _returns.Add(_before, next, lane, actions, current.Rewards[lane], current.Terminated[lane], current.Truncated[lane]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _features.Dispose();

    /// <summary>Saves or loads the buffer, after the environment.</summary>
    /// <param name="archive">The checkpoint.</param>
    /// <param name="isKept">Whether the buffer goes into the checkpoint.</param>
    /// <returns>Whether the buffer is in the checkpoint.</returns>
    internal bool Exchange(StateArchive archive, bool isKept)
    {
        if (archive.Number("replay/is_kept", isKept ? 1 : 0) == 0)
        {
            if (archive.IsLoading && _driver.Timesteps > 0)
            {
                archive.Warn("The checkpoint was made without its replay buffer (SaveReplayBuffer is off): the run fills it anew before it learns again, and goes on, but not bit for bit as it would have.");
            }

            return false;
        }

        _buffer.Exchange(archive);
        _returns.Exchange(archive);
        if (archive.IsLoading && !_driver.HasStarted)
        {
            _returns.Clear();
        }

        return true;
    }
}
