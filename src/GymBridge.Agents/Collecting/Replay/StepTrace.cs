using GymBridge.Agents.Actions;
using GymBridge.Agents.Reproducibility;

namespace GymBridge.Agents.Collecting.Replay;

/// <summary>What was seen and done in the steps of an update, for comparing two runs.</summary>
internal sealed class StepTrace(int lanes, int features, ActionHead head)
{
    private float[] _observations = [];
    private long[] _indices = [];
    private float[] _values = [];
    private double[] _rewards = [];
    private bool[] _terminated = [];
    private bool[] _truncated = [];
    private bool[] _isTransition = [];
    private int _capacity;

    /// <summary>Steps of every lane.</summary>
    public int Steps { get; private set; }

    public void Clear() => Steps = 0;

    /// <summary>Adds a step that the environment has just taken.</summary>
    public void Add(ReadOnlySpan<float> observations, ActionSpan actions, EnvDriver driver)
    {
        if (Steps == _capacity)
        {
            Grow(Math.Max(16, 2 * _capacity));
        }

        observations.CopyTo(_observations.AsSpan(Steps * lanes * features));
        if (head.IsContinuous)
        {
            actions.Values.CopyTo(_values.AsSpan(Steps * lanes * head.Width));
        }
        else
        {
            actions.Indices.CopyTo(_indices.AsSpan(Steps * lanes * head.Width));
        }

        for (var lane = 0; lane < lanes; lane++)
        {
            var at = (Steps * lanes) + lane;
            _rewards[at] = driver.Current.Rewards[lane];
            _terminated[at] = driver.Current.Terminated[lane];
            _truncated[at] = driver.Current.Truncated[lane];
            _isTransition[at] = driver.IsTransition(lane);
        }

        Steps++;
    }

    public RolloutTrace Trace() => new(
    [
        TraceField.Of("observation", _observations, Steps, lanes, features),
        head.IsContinuous ? TraceField.Of("action", _values, Steps, lanes, head.Width) : TraceField.Of("action", _indices, Steps, lanes, head.Width),
        TraceField.Of("reward", _rewards, Steps, lanes),
        TraceField.Of("terminated", _terminated, Steps, lanes),
        TraceField.Of("truncated", _truncated, Steps, lanes),
        TraceField.Of("is_transition", _isTransition, Steps, lanes),
    ]);

    private void Grow(int capacity)
    {
        _capacity = capacity;
        var rows = checked(capacity * lanes);
        Array.Resize(ref _observations, checked(rows * features));
        Array.Resize(ref _indices, head.IsContinuous ? 0 : rows * head.Width);
        Array.Resize(ref _values, head.IsContinuous ? rows * head.Width : 0);
        Array.Resize(ref _rewards, rows);
        Array.Resize(ref _terminated, rows);
        Array.Resize(ref _truncated, rows);
        Array.Resize(ref _isTransition, rows);
    }
}
