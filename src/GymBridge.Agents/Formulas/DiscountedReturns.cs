namespace GymBridge.Agents.Formulas;

/// <summary>Discounted sums of rewards.</summary>
public static class DiscountedReturns
{
    /// <summary>The reward-to-go of each step of consecutive episodes: G_t = r_t + gamma G_t+1, cut where an episode ends.</summary>
    /// <param name="rewards">[T].</param>
    /// <param name="ends">[T]; step t is the last of its episode.</param>
    /// <param name="gamma">Discount per step, in [0, 1].</param>
    /// <param name="returns">[T]; filled.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void RewardToGo(ReadOnlySpan<double> rewards, ReadOnlySpan<bool> ends, double gamma, Span<double> returns)
    {
        if (ends.Length != rewards.Length || returns.Length != rewards.Length)
        {
            throw new ArgumentException(
                $"Rewards, ends and returns need one length; got {rewards.Length}, {ends.Length} and {returns.Length}.");
        }

        var sum = 0.0;
        for (var t = rewards.Length - 1; t >= 0; t--)
        {
            sum = rewards[t] + (ends[t] ? 0.0 : gamma * sum);
            returns[t] = sum;
        }
    }
}
