using GymBridge;
using GymBridge.Spaces;

namespace Examples;

/// <summary>A corridor of eight cells: walk right to the end. Each step costs 0.01, the end pays 1.</summary>
public sealed class Corridor() : Env<long, long>(new Discrete(8), new Discrete(2))
{
    private long _position;

    protected override ResetResult<long> OnReset(Info? options) => _position = 0;

    protected override StepResult<long> OnStep(long action)
    {
        _position = Math.Clamp(_position + (action == 1 ? 1 : -1), 0, 7);
        return new(_position, _position == 7 ? 1 : -0.01, terminated: _position == 7);
    }
}
