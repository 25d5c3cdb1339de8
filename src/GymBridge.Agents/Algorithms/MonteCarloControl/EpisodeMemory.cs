using GymBridge.Agents.Checkpoints;

namespace GymBridge.Agents;

/// <summary>The episode that is going on in a lane, step by step.</summary>
/// <param name="width">F: features of a state.</param>
internal sealed class EpisodeMemory(int width)
{
    private float[] _states = [];
    private long[] _actions = [];
    private double[] _rewards = [];

    public int Count { get; private set; }

    public long Action(int step) => _actions[step];

    public double Reward(int step) => _rewards[step];

    public ReadOnlySpan<float> State(int step) => _states.AsSpan(step * width, width);

    public void Clear() => Count = 0;

    public void Add(ReadOnlySpan<float> state, long action, double reward)
    {
        if (Count == _actions.Length)
        {
            Resize(Math.Max(16, 2 * Count));
        }

        state.CopyTo(_states.AsSpan(Count * width));
        (_actions[Count], _rewards[Count]) = (action, reward);
        Count++;
    }

    /// <summary>Whether an earlier step took the same action in the same state.</summary>
    public bool IsRepeated(int step)
    {
        for (var before = 0; before < step; before++)
        {
            if (_actions[before] == _actions[step] && State(before).SequenceEqual(State(step)))
            {
                return true;
            }
        }

        return false;
    }

    public void Exchange(StateArchive archive, string name)
    {
        Count = checked((int)archive.Number($"{name}/count", Count));
        Resize(Count);
        archive.Array($"{name}/states", _states);
        archive.Array($"{name}/actions", _actions);
        archive.Array($"{name}/rewards", _rewards);
    }

    private void Resize(int steps)
    {
        Array.Resize(ref _states, checked(steps * width));
        Array.Resize(ref _actions, steps);
        Array.Resize(ref _rewards, steps);
    }
}
