using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;

namespace GymBridge.Agents.Collecting;

/// <summary>Lets something act in the environment and puts the transitions into a <see cref="ReplayBuffer"/>.</summary>
public sealed class ReplayCollector
{
    private readonly EnvDriver _driver;
    private readonly ActionHead _head;
    private readonly ReplayBuffer _buffer;
    private readonly Columns _before;
    private readonly float[] _features;
    private readonly float[] _finalFeatures;
    private readonly long[] _indices;
    private readonly float[] _values;

    /// <summary>A collector; environment and buffer stay the caller's.</summary>
    public ReplayCollector(EnvDriver driver, ActionHead head, ReplayBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(driver);
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(buffer);
        (_driver, _head, _buffer) = (driver, head, buffer);
        var lanes = driver.Env.NumEnvs;
        _before = new Columns(driver.Env.SingleObservationSpace, lanes);
        _features = new float[lanes * driver.Encoder.Features];
        _finalFeatures = new float[driver.Encoder.Features];
        _indices = head.IsContinuous ? [] : new long[lanes * head.Width];
        _values = head.IsContinuous ? new float[lanes * head.Width] : [];
    }

    /// <summary>Chooses an action for each lane.</summary>
    /// <param name="features">float32 [N, F]; encoded observations.</param>
    /// <param name="actions">To be filled.</param>
    public delegate void Actor(float[] features, ActionSpan actions);

    /// <summary>Takes one step in every lane.</summary>
    /// <exception cref="NonFiniteException">The environment gave NaN or infinity.</exception>
    public void Step(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        _driver.Start();
        _driver.Encode(_features);
        var current = _driver.Current;
        var actions = new ActionSpan(_indices, _values);
        for (var i = 0; i < _before.Count; i++)
        {
            current.Observations[i].Bytes.CopyTo(_before[i].Bytes);
        }

        actor(_features, actions);
        _head.Write(actions, _driver.Actions);
        _driver.Step();
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
            _buffer.Add(_before, next, lane, actions, current.Rewards[lane], current.Terminated[lane], current.Truncated[lane]);
        }
    }

    /// <summary>Saves or loads the buffer.</summary>
    public void Exchange(StateArchive archive) => _buffer.Exchange(archive);
}
