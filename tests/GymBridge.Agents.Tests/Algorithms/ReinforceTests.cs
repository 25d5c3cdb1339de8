using System.Runtime.InteropServices;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;
using GymBridge.Spaces;
using static TorchSharp.torch;

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

    /// <summary>An episode of one step, then one of nine: a sum of one step is its mean, and one of nine steps is nine times that.</summary>
    [Fact]
    public void Update_SumOverSteps_WeighsLongEpisodesMore()
    {
        var (sum, mean) = (Weights(sums: true), Weights(sums: false));
        Assert.Equal(mean[0], sum[0]);
        Assert.NotEqual(mean[1], sum[1]);

        static string[] Weights(bool sums)
        {
            using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(1), new(9)]));
            var options = new ReinforceOptions { StepsPerUpdate = 1, Baseline = ReturnBaseline.None, NormalizeReturns = false, SumsOverSteps = sums };
            using var reinforce = new Reinforce(env, options, 1);
            return [.. Enumerable.Range(0, 2).Select(_ =>
            {
                reinforce.Update();
                return UpdateDigest.OfWeights(reinforce.Policy);
            })];
        }
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

    [Theory]
    [InlineData(false, "G")]
    [InlineData(true, "whitened_unbiased_eps1e-8")]
    public void Update_WeightsOfAnEpisode_AreTheOracles(bool whitens, string key)
    {
        var rewards = Oracles.Numbers("reinforce_returns", "rewards");
        var weights = WeightsOf(rewards, whitens);
        Assert.All(Oracles.Numbers("reinforce_returns", key).Zip(weights), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Update_EpisodeOfOneStep_IsNotWhitenedToNaN() => Assert.Equal(1, Assert.Single(WeightsOf([1], whitens: true)), 1e-6);

    // The policy of each step is a row of weights of its own, at 0: the slope of -w log pi / n there is w / 2n for the action that was not taken.
    private static double[] WeightsOf(double[] rewards, bool whitens)
    {
        using var env = TestEnvs.Lanes(1, () => new StepsEnv(rewards));
        using var policy = nn.Linear(rewards.Length, 2, hasBias: false);
        using (no_grad())
        {
            policy.weight.zero_();
        }

        var options = new ReinforceOptions
        {
            StepsPerUpdate = 1,
            Gamma = Oracles.Number("reinforce_returns", "gamma"),
            Baseline = ReturnBaseline.None,
            NormalizeReturns = whitens,
        };
        using var run = new Reinforce(env, options, 1, new CustomNetworks { Policy = policy, Value = nn.Linear(rewards.Length, 1) });
        run.Update();
        var taken = MemoryMarshal.Cast<byte, long>(run.LastRollout.Fields.Single(field => field.Name == "action").Bytes).ToArray();
        var slopes = policy.weight.grad!.data<float>().ToArray();
        return [.. rewards.Select((_, t) => 2.0 * rewards.Length * slopes[((1 - taken[t]) * rewards.Length) + t])];
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

    /// <summary>One episode of given rewards; the observation is the step.</summary>
    private sealed class StepsEnv(double[] rewards) : Env<long, long>(new Discrete(rewards.Length), new Discrete(2))
    {
        private int _step;

        protected override ResetResult<long> OnReset(Info? options) => _step = 0;

        protected override StepResult<long> OnStep(long action)
        {
            var reward = rewards[_step];
            _step++;
            return new(Math.Min(_step, rewards.Length - 1), reward, terminated: _step == rewards.Length);
        }
    }
}
