using GymBridge.Agents.Networks;
using GymBridge.Wrappers;

namespace GymBridge.Agents;

/// <summary>What a policy keeps of the episodes that it plays: the last observations, and the state of its recurrent layers.</summary>
internal sealed class PolicyMemory
{
    private readonly PreprocessedLanes? _observations;
    private readonly bool[] _starts;

    /// <param name="lanes">Number of lanes, each at the start of an episode.</param>
    /// <param name="observations">Prepares observations; null where they are read as they are.</param>
    /// <param name="state">State of recurrent layers; null where there are none.</param>
    public PolicyMemory(int lanes, PreprocessedLanes? observations, RecurrentState? state)
    {
        (_observations, State) = (observations, state);
        _starts = new bool[lanes];
        Start();
    }

    public int Lanes => _starts.Length;

    /// <summary>State of the recurrent layers, which acting moves on.</summary>
    public RecurrentState? State { get; }

    /// <summary>The next observation of every lane is the first of an episode.</summary>
    public void Start() => Array.Fill(_starts, true);

    /// <summary>The next observation of a lane is the first of an episode.</summary>
    public void Start(int lane) => _starts[lane] = true;

    /// <summary>Takes the next observation of every lane.</summary>
    /// <returns>What the networks read.</returns>
    public Columns Next(Columns observations)
    {
        var prepared = _observations?.Next(observations, _starts) ?? observations;
        for (var lane = 0; lane < _starts.Length; lane++)
        {
            if (_starts[lane])
            {
                State?.Clear(lane);
            }
        }

        Array.Clear(_starts);
        return prepared;
    }
}
