using GymBridge.Spaces;

namespace GymBridge.Training.Tests;

/// <summary>Observations drawn from a space, the number of the step as reward, episodes of ten steps.</summary>
internal sealed class RandomEnv : Env<object, object>
{
    private const int Length = 10;

    private readonly Space _observations;
    private int _step;

    public RandomEnv(Space observations, Space actions)
        : base(observations, actions)
    {
        _observations = observations.Clone();
        _observations.Seed(3);
    }

    protected override ResetResult<object> OnReset(Info? options)
    {
        _step = 0;
        return new(_observations.Sample());
    }

    protected override StepResult<object> OnStep(object action) => new(_observations.Sample(), ++_step, terminated: _step == Length);
}
