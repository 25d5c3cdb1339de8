using GymBridge.Agents.Formulas;

namespace GymBridge.Agents.Tests.Formulas;

public class DiscountedReturnsTests
{
    [Fact]
    public void RewardToGo_OneEpisode_MatchesTheHandWorkedReturns()
    {
        // oracles: rewards 1, 0, 2 and gamma 0.9 give G = [2.62, 1.8, 2].
        var returns = new double[3];
        DiscountedReturns.RewardToGo([1, 0, 2], [false, false, true], 0.9, returns);
        Assert.Equal([2.62, 1.8, 2], returns.Select(value => Math.Round(value, 12)));
    }

    [Fact]
    public void RewardToGo_GridWorldEpisode_IsTheOracles()
    {
        var rewards = Oracles.Numbers("reinforce_returns", "rewards");
        var returns = Of(rewards, Oracles.Number("reinforce_returns", "gamma"));
        Assert.All(Oracles.Numbers("reinforce_returns", "G").Zip(returns), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void RewardToGo_TwoHundredStepsThatFail_MakesTheLastLookBest()
    {
        var returns = Of([.. Enumerable.Repeat(-0.01, 200)], Oracles.Number("reinforce_returns", "gamma"));
        Assert.Equal(Oracles.Number("reinforce_returns", "truncated200_G0"), returns[0], 1e-12);
        Assert.Equal(Oracles.Number("reinforce_returns", "truncated200_G199"), returns[199], 1e-12);
    }

    [Fact]
    public void RewardToGo_TwoEpisodes_DoesNotLookPastAnEnd()
    {
        var returns = new double[4];
        DiscountedReturns.RewardToGo([1, 1, 100, 1], [false, true, false, true], 1, returns);
        Assert.Equal([2, 1, 101, 1], returns);
    }

    private static double[] Of(double[] rewards, double gamma)
    {
        var returns = new double[rewards.Length];
        DiscountedReturns.RewardToGo(rewards, [.. rewards.Select((_, t) => t == rewards.Length - 1)], gamma, returns);
        return returns;
    }
}
