using GymBridge.Agents.Formulas;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Formulas;

/// <summary>Oracle <c>rlhf_ppo</c>.</summary>
public class TokenRewardsTests
{
    private static readonly double[] LogProbabilities = Oracles.Numbers("rlhf_ppo", "logp");
    private static readonly double[] Reference = Oracles.Numbers("rlhf_ppo", "ref");
    private static readonly double Score = Oracles.Number("rlhf_ppo", "score");

    [Fact]
    public void Shape_OfThreeTokens_PutsThePenaltyOnEachAndTheScoreOnTheLast()
    {
        var rewards = TokenRewards.Shape(LogProbabilities, Reference, Score, Oracles.Number("rlhf_ppo", "kl_coef"));
        BradleyTerryTests.Near(Oracles.Numbers("rlhf_ppo", "per_token_reward_k1"), rewards);
        Assert.Equal(Oracles.Number("rlhf_ppo", "sequence_level_reward"), rewards.Sum(), 1e-9);
        BradleyTerryTests.Near(
            Oracles.Numbers("rlhf_ppo", "k3_per_token"), KlEstimators.K3(tensor(LogProbabilities), tensor(Reference)).data<double>().ToArray());
    }

    [Fact]
    public void Advantages_OfTheShapedRewards_AreTheOracles()
    {
        var rewards = TokenRewards.Shape(LogProbabilities, Reference, Score, Oracles.Number("rlhf_ppo", "kl_coef"));
        float[] values = [.. Oracles.Numbers("rlhf_ppo", "values").Select(value => (float)value)];
        var (advantages, returns) = (new float[3], new float[3]);
        GeneralizedAdvantage.Compute(
            rewards, values, [.. values[1..], 0], [false, false, true], new bool[3], 1, Oracles.Number("rlhf_ppo", "gamma"), Oracles.Number("rlhf_ppo", "lam"), advantages, returns);

        // Values and advantages of a rollout are float32.
        BradleyTerryTests.Near(Oracles.Numbers("rlhf_ppo", "gae"), [.. advantages.Select(value => (double)value)], 1e-6);
    }

    [Fact]
    public void Shape_WithoutTokens_IsRefused() =>
        Assert.Contains("got 0 and 0", Assert.Throws<ArgumentException>(() => TokenRewards.Shape([], [], 1, 0.1)).Message, StringComparison.Ordinal);

    [Fact]
    public void Mask_UpToTheFirstEnd_LeavesOutWhatFollows()
    {
        Assert.Equal([true, true, false, false], TokenRewards.Mask([3, 14, 14, 15], 14));
        Assert.Equal([true, true, true], TokenRewards.Mask([3, 4, 5], 14));
        Assert.Equal([true, false], TokenRewards.Mask([14, 15], 14));
    }
}
