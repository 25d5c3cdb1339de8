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
    protected override ResetResult<TObservation> OnReset(Seed? seed, Info? options)
    {
        _hasEnded = false;
        return base.OnReset(seed, options);
    }

    /// <inheritdoc/>
    protected override StepResult<TObservation> OnStep(TAction action)
    {
        if (_hasEnded)
        {
            _hasEnded = false;
            var (observation, info) = base.OnReset(null, null);
            return new(observation, 0.0, false, false, info);
        }

        var step = base.OnStep(action);
        _hasEnded = step.Ended;
        return step;
    }
}
