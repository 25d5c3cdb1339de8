using GymBridge.Seeding;

namespace GymBridge.Agents.Tests.Algorithms;

public class ReinforceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Update_SameSeed_GivesTheSameBits(int lanes)
    {
        Assert.Equal(Digests(7, lanes), Digests(7, lanes));
        Assert.NotEqual(Digests(7, lanes)[^1], Digests(8, lanes)[^1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Learn_CartPole_LearnsToBalance(int lanes)
    {
        using var env = TestEnvs.Make("CartPole-v1", lanes);
        using var reinforce = new Reinforce(env, null, 1);
        reinforce.Learn(60_000);
        using var evaluation = TestEnvs.Registry.Make("CartPole-v1");
        Assert.InRange(reinforce.Policy.Evaluate(evaluation, 5, 100).MeanReturn, 195, 500);
    }

    [Theory]
    [InlineData(ReturnWeighting.TotalReturn, ReturnBaseline.MovingAverage)]
    [InlineData(ReturnWeighting.RewardToGo, ReturnBaseline.None)]
    public void Learn_WithoutALearnedBaseline_StillImproves(ReturnWeighting weighting, ReturnBaseline baseline)
    {
        using var env = TestEnvs.Make("CartPole-v1", 4);
        using var reinforce = new Reinforce(env, new ReinforceOptions { Weighting = weighting, Baseline = baseline }, 1);
        reinforce.Learn(40_000);
        Assert.InRange(reinforce.Episodes.MeanReturn, 45, 500);
    }

    [Fact]
    public void Update_SeveralLanes_LearnsFromWholeEpisodesOfEach()
    {
        using var env = TestEnvs.Lanes(2, () => new ScriptedEnv([new(2), new(5, true), new(3)]));
        using var reinforce = new Reinforce(env, new ReinforceOptions { StepsPerUpdate = 6, NormalizeReturns = false }, 1);
        reinforce.Update();

        // Both lanes: an episode of 2, then one of 5; the sixth transition is made within the second one.
        Assert.Equal(14, Transitions(reinforce));
        Assert.Equal(4, reinforce.Episodes.Episodes);
        reinforce.Update();
        Assert.Equal(6, Transitions(reinforce));
    }

    [Fact]
    public void Update_EpisodeWithoutEnd_IsAnErrorThatNamesTheRemedy()
    {
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(1000)]));
        using var reinforce = new Reinforce(env, new ReinforceOptions { LongestEpisode = 50 }, 1);
        var exception = Assert.Throws<GymBridgeException>(() => reinforce.Update());
        Assert.Contains("has not ended after 50 steps", exception.Message, StringComparison.Ordinal);
    }

    private static int Transitions(Reinforce reinforce)
    {
        var field = reinforce.LastRollout.Fields.Single(item => item.Name == "is_transition");
        return field.Bytes.ToArray().Count(flag => flag == 1);
    }

    private static List<string> Digests(Seed seed, int lanes)
    {
        using var env = TestEnvs.Make("CartPole-v1", lanes);
        using var reinforce = new Reinforce(env, null, seed);
        return TestEnvs.Digests(reinforce, 3000);
    }
}
