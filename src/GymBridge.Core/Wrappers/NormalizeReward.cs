namespace GymBridge.Wrappers;

/// <summary>Divides rewards by the standard deviation of the discounted return so far.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
/// <remarks>Source: <c>gymnasium/wrappers/stateful_reward.py</c> 1.4.0.</remarks>
public sealed class NormalizeReward<TObservation, TAction> : Wrapper<TObservation, TAction>
{
    private readonly RewardNormalization _normalization;
    private double _discountedReward;

    /// <summary>Wraps an environment.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="gamma">Discount per step, in [0, 1].</param>
    /// <param name="epsilon">Added to the variance; positive.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public NormalizeReward(Env<TObservation, TAction> env, double gamma = 0.99, double epsilon = 1e-8)
        : base(env) => _normalization = new RewardNormalization(gamma, epsilon);

    /// <summary>The moments of the discounted return.</summary>
    public RunningMoments Moments => _normalization.Moments;

    /// <summary>Whether rewards still change the moments; turn it off to evaluate.</summary>
    /// <value>True.</value>
    public bool UpdatesMoments { get; set; } = true;

    /// <inheritdoc/>
    protected override StepResult<TObservation> OnStep(TAction action)
    {
        var step = base.OnStep(action);

        // The return before a termination counts for the next episode no longer; a truncation keeps it, as in Gymnasium.
        _discountedReward = (_discountedReward * _normalization.Gamma * (step.Terminated ? 0 : 1)) + step.Reward;
        if (UpdatesMoments)
        {
            Moments.Update<double>([_discountedReward]);
        }

        return step with { Reward = step.Reward / _normalization.Deviation };
    }
}
