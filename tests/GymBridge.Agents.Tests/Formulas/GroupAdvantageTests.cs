using GymBridge.Agents.Formulas;

namespace GymBridge.Agents.Tests.Formulas;

/// <summary>Oracle <c>grpo</c>: advantages.</summary>
public class GroupAdvantageTests
{
    [Theory]
    [InlineData("A")]
    [InlineData("B")]
    [InlineData("C")]
    public void Advantages_EveryForm_HaveTheOraclesNumbers(string name)
    {
        var rewards = Oracles.Numbers("grpo", name, "rewards");
        var size = rewards.Length;
        BradleyTerryTests.Near(Oracles.Numbers("grpo", name, "centred(seed/DrGRPO)"), GroupAdvantage.Centred(rewards, size));
        BradleyTerryTests.Near(Oracles.Numbers("grpo", name, "std_unbiased+1e-4(TRL group)"), GroupAdvantage.Scaled(rewards, size));
        BradleyTerryTests.Near(Oracles.Numbers("grpo", name, "std_biased+1e-8"), GroupAdvantage.Scaled(rewards, size, 1e-8, correction: 0));
        BradleyTerryTests.Near(Oracles.Numbers("grpo", name, "rloo"), GroupAdvantage.LeaveOneOut(rewards, size));
    }

    [Fact]
    public void Advantages_OfSeveralGroups_CompareWithinEach()
    {
        Assert.Equal([-0.5, 0.5, -1, 1], GroupAdvantage.Centred([0, 1, 5, 7], 2));
        Assert.Equal([-1.0, 1, -2, 2], GroupAdvantage.LeaveOneOut([0, 1, 5, 7], 2));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1e300)]
    [InlineData(0)]
    public void Advantages_OfEqualRewards_AreExactlyZero(double reward)
    {
        var rewards = Enumerable.Repeat(reward, 7).ToArray();
        foreach (var advantages in new[] { GroupAdvantage.Centred(rewards, 7), GroupAdvantage.Scaled(rewards, 7), GroupAdvantage.LeaveOneOut(rewards, 7) })
        {
            Assert.All(advantages, advantage => Assert.Equal(0.0, advantage));
        }

        Assert.Equal(0.5, GroupAdvantage.EqualShare([.. rewards, .. Enumerable.Range(0, 7).Select(i => (double)i)], 7));
    }

    [Fact]
    public void Advantages_OfNoWholeGroups_AreRefused()
    {
        Assert.Contains("3 rewards are no whole number of groups of 2", Assert.Throws<ArgumentException>(() => GroupAdvantage.Centred([1, 2, 3], 2)).Message, StringComparison.Ordinal);
        Assert.Contains("at least 2, got 1", Assert.Throws<ArgumentException>(() => GroupAdvantage.LeaveOneOut([1], 1)).Message, StringComparison.Ordinal);
    }
}
