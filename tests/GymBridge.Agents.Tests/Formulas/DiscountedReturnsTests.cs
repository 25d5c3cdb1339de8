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
    public void RewardToGo_TwoEpisodes_DoesNotLookPastAnEnd()
    {
        var returns = new double[4];
        DiscountedReturns.RewardToGo([1, 1, 100, 1], [false, true, false, true], 1, returns);
        Assert.Equal([2, 1, 101, 1], returns);
    }
}
