using GymBridge.Spaces;

namespace GymBridge.Agents.Tests;

/// <summary>A signal is seen in the first step alone; after a delay the action must name it. Without memory half of the answers are right.</summary>
internal sealed class RecallEnv(int delay) : Env<float[], long>(new Box(-1, 1, [2]), new Discrete(2))
{
    private long _signal;
    private int _step;

    protected override ResetResult<float[]> OnReset(Info? options)
    {
        (_signal, _step) = (Rng.Integers(0L, 2L), 0);
        return new([_signal == 0 ? -1 : 1, 0]);
    }

    protected override StepResult<float[]> OnStep(long action)
    {
        _step++;
        var isAsked = _step == delay;
        var isOver = _step > delay;
        return new([0, isAsked ? 1 : 0], isOver && action == _signal ? 1 : 0, isOver);
    }
}
