using GymBridge.Spaces;

namespace GymBridge.Agents.Tests;

/// <summary>Random observations of any space, and episodes of seven steps; refuses actions that its action space does not contain.</summary>
internal sealed class SamplingEnv : Env<object, object>
{
    private int _step;

    public SamplingEnv(Space observations, Space actions)
        : base(observations.Clone(), actions.Clone()) => ObservationSpace.Seed(1);

    protected override ResetResult<object> OnReset(Info? options)
    {
        _step = 0;
        return new(ObservationSpace.Sample());
    }

    protected override StepResult<object> OnStep(object action)
    {
        Assert.True(ActionSpace.Contains(action), $"{action} is not in {ActionSpace}");
        _step++;
        return new(ObservationSpace.Sample(), 1, _step == 7);
    }
}
