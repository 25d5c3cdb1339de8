namespace GymBridge.Wrappers;

/// <summary>Applies a function to every reward.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
/// <remarks>Source: <c>gymnasium/wrappers/transform_reward.py</c> 1.4.0.</remarks>
public class TransformReward<TObservation, TAction> : Wrapper<TObservation, TAction>
{
    private readonly Func<double, double> _transform;

    /// <summary>Wraps an environment.</summary>
    public TransformReward(Env<TObservation, TAction> env, Func<double, double> transform)
        : base(env) => _transform = transform;

    /// <inheritdoc/>
    protected override StepResult<TObservation> OnStep(TAction action)
    {
        var step = base.OnStep(action);
        return step with { Reward = _transform(step.Reward) };
    }
}
