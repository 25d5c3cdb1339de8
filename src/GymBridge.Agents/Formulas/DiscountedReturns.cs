namespace GymBridge.Agents.Formulas;

/// <summary>Discounted sums of rewards, backwards through time within an episode.</summary>
public static class DiscountedReturns
{
    /// <summary>The reward-to-go of each step of consecutive episodes: G_t = r_t + gamma G_t+1, cut where an episode ends.</summary>
    /// <param name="rewards">[T, N] time-major.</param>
    /// <param name="ends">[T, N]; step t is the last of its episode.</param>
    /// <param name="gamma">Discount per step, in [0, 1].</param>
    /// <param name="returns">[T, N]; filled.</param>
    /// <param name="lanes">N.</param>
    /// <exception cref="ArgumentException">The spans differ in length, or the length is no multiple of N.</exception>
    public static void RewardToGo(ReadOnlySpan<double> rewards, ReadOnlySpan<bool> ends, double gamma, Span<double> returns, int lanes = 1)
    {
        if (ends.Length != rewards.Length || returns.Length != rewards.Length || lanes < 1 || rewards.Length % lanes != 0)
        {
            throw new ArgumentException(
                $"Rewards, ends and returns of {lanes} lanes need one length, a multiple of it; got {rewards.Length}, {ends.Length} and {returns.Length}.");
        }

        for (var lane = 0; lane < lanes; lane++)
        {
            var sum = 0.0;
            for (var i = rewards.Length - lanes + lane; i >= 0; i -= lanes)
            {
                sum = rewards[i] + (ends[i] ? 0.0 : gamma * sum);
                returns[i] = sum;
            }
        }
    }
}
