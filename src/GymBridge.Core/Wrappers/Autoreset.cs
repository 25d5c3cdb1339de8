using GymBridge.Seeding;

namespace GymBridge.Wrappers;

/// <summary>Resets the environment in the step after the end of an episode, which ignores its action and gives reward 0.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
/// <remarks>Source: <c>gymnasium/wrappers/common.py</c> 1.4.0.</remarks>
public sealed class Autoreset<TObservation, TAction> : Wrapper<TObservation, TAction>
{
    private bool _hasEnded;

    /// <summary>Wraps an environment.</summary>
    public Autoreset(Env<TObservation, TAction> env)
        : base(env)
    {
    }

    /// <inheritdoc/>
    public override ResetResult<TObservation> Reset(Seed? seed = null, Info? options = null)
    {
        _hasEnded = false;
        return base.Reset(seed, options);
    }

    /// <inheritdoc/>
    public override StepResult<TObservation> Step(TAction action)
    {
        if (_hasEnded)
        {
            _hasEnded = false;
            var (observation, info) = base.Reset();
            return new(observation, 0.0, false, false, info);
        }

        var step = base.Step(action);
        _hasEnded = step.Ended;
        return step;
    }
}
