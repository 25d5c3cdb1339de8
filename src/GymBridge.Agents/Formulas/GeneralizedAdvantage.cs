namespace GymBridge.Agents.Formulas;

/// <summary>Generalized advantage estimation over a rollout of several lanes.</summary>
public static class GeneralizedAdvantage
{
    /// <summary>Advantages of one rollout, and the lambda-returns that the critic fits.</summary>
    /// <param name="rewards">[T, N] time-major; reward received after the action at step t.</param>
    /// <param name="values">[T, N]; V(s_t) under the policy that collected the rollout.</param>
    /// <param name="nextValues">[T, N]; V(s_t+1), of the final observation where step t ended an episode.</param>
    /// <param name="terminated">[T, N]; step t reached an end of the task: no future value.</param>
    /// <param name="truncated">[T, N]; step t was cut from outside: the future still has value.</param>
    /// <param name="lanes">N.</param>
    /// <param name="gamma">Discount per step, in [0, 1].</param>
    /// <param name="lambda">Weight of longer estimates, in [0, 1]: 0 is the TD error, 1 the Monte Carlo return.</param>
    /// <param name="advantages">[T, N]; filled.</param>
    /// <param name="returns">[T, N]; filled with advantages + values.</param>
    /// <exception cref="ArgumentException">The spans differ in length, or the length is not a multiple of N.</exception>
    /// <remarks>delta_t = r_t + gamma (1 - terminated_t) V(s_t+1) - V(s_t); the sum is cut at terminated or truncated, but
    /// truncated still bootstraps. Source: Schulman et al. 2016, arXiv:1506.02438, section 3.</remarks>
    public static void Compute(
        ReadOnlySpan<double> rewards,
        ReadOnlySpan<float> values,
        ReadOnlySpan<float> nextValues,
        ReadOnlySpan<bool> terminated,
        ReadOnlySpan<bool> truncated,
        int lanes,
        double gamma,
        double lambda,
        Span<float> advantages,
        Span<float> returns)
    {
        var count = rewards.Length;
        if (values.Length != count || nextValues.Length != count || terminated.Length != count || truncated.Length != count
            || advantages.Length != count || returns.Length != count || lanes < 1 || count % lanes != 0)
        {
            throw new ArgumentException(
                $"A rollout of {lanes} lanes needs spans of one length, a multiple of it; got rewards {count}, values {values.Length}, next values {nextValues.Length}, terminated {terminated.Length}, truncated {truncated.Length}, advantages {advantages.Length}, returns {returns.Length}.");
        }

        for (var lane = 0; lane < lanes; lane++)
        {
            var advantage = 0.0;
            for (var i = count - lanes + lane; i >= 0; i -= lanes)
            {
                var future = terminated[i] ? 0.0 : gamma * nextValues[i];
                var delta = rewards[i] + future - values[i];
                advantage = delta + (terminated[i] || truncated[i] ? 0.0 : gamma * lambda * advantage);
                advantages[i] = (float)advantage;
                returns[i] = (float)(advantage + values[i]);
            }
        }
    }
}
