using GymBridge.Agents.Formulas;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Formulas;

/// <summary>The oracle's rollout of six steps: whole, with an end, and with a cut; and what common mistakes would make of it.</summary>
public class GeneralizedAdvantageTests
{
    // The inputs are float32 values, the numbers of the oracle float64.
    private const float Tolerance = 1e-6f;

    private static readonly double[] Rewards = Oracle("rewards");
    private static readonly float[] Values = Array.ConvertAll(Oracle("values"), value => (float)value);
    private static readonly float LastValue = (float)Oracles.Number("gae", "last_value_V(s6)");
    private static readonly double Gamma = Oracles.Number("gae", "gamma");
    private static readonly double Lambda = Oracles.Number("gae", "lambda");
    private static readonly int End = Oracles.At("gae", "terminated_at_t").GetInt32();

    [Fact]
    public void Compute_EpisodeTerminates_GivesNoFutureToItsEnd()
    {
        var (advantages, returns) = Run(Lambda, terminatedAt: End);
        AssertClose(Oracle("A_terminated_t2"), advantages);
        AssertClose(Oracle("returns_terminated_t2"), returns);

        // Not: the end of the buffer counts as an end of the episode.
        AssertApart(Oracle("A_WRONG_buffer_end_as_terminal(terminated_t2)"), advantages);
    }

    [Fact]
    public void Compute_EpisodeIsTruncated_BootstrapsFromItsFinalObservation()
    {
        var final = (float)Oracles.Number("gae", "final_obs_value_if_truncated");
        var (advantages, _) = Run(Lambda, truncatedAt: End, finalValue: final);
        AssertClose(Oracle("A_truncated_t2_finalobs_value0.9"), advantages);
        AssertApart(Oracle("A_WRONG_truncated_as_terminated"), advantages);

        // What comes out where a caller hands over the value of the next episode's first observation.
        AssertClose(Oracle("A_WRONG_bootstrap_with_reset_obs(truncated_t2)"), Run(Lambda, truncatedAt: End, finalValue: Values[End + 1]).Advantages);
    }

    [Fact]
    public void Compute_NoEpisodeEnds_BootstrapsAtTheBufferEnd() =>
        AssertClose(Oracle("A_no_episode_end_bootstrap_last"), Run(Lambda).Advantages);

    [Fact]
    public void Compute_LambdaZero_IsTheTemporalDifferenceError()
    {
        AssertClose(Oracle("deltas_no_end"), Run(0).Advantages);
        AssertClose(Oracle("A_lambda0_terminated_t2"), Run(0, terminatedAt: End).Advantages);
    }

    [Fact]
    public void Compute_LambdaOne_IsTheMonteCarloReturnMinusValue() =>
        AssertClose(Oracle("A_lambda1_terminated_t2"), Run(1, terminatedAt: End).Advantages);

    [Fact]
    public void Compute_FiveStepsAndLambdaOne_IsTheReturnOfA2C()
    {
        const int Steps = 5;
        var (advantages, returns) = (new float[Steps], new float[Steps]);
        GeneralizedAdvantage.Compute(
            Rewards.AsSpan(0, Steps), Values.AsSpan(0, Steps), Values.AsSpan(1), new bool[Steps], new bool[Steps], 1, Gamma, 1, advantages, returns);
        Assert.Equal(Oracles.Number("gae", "nstep5_return_A2C_bootstrap(no end) t0 with V(s5)"), returns[0], Tolerance);
    }

    [Fact]
    public void RewardToGo_OfTheFirstEpisode_IsTheOracles()
    {
        var returns = new double[End + 1];
        DiscountedReturns.RewardToGo(Rewards.AsSpan(0, End + 1), [.. Enumerable.Range(0, End + 1).Select(t => t == End)], Gamma, returns);
        var expected = Oracle("discounted_returns_to_go_t0..2_g0.99");
        Assert.All(expected.Zip(returns), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void PolicyLoss_Advantages_AreNormalizedWithTheUnbiasedDeviation()
    {
        // Where every ratio is 1 the slope of the loss over log pi is -A / n.
        using var scope = NewDisposeScope();
        var raw = Array.ConvertAll(Oracle("A_terminated_t2"), value => (float)value);
        var log = zeros(raw.Length).requires_grad_();
        var none = zeros(raw.Length);
        var (loss, _, _) = PpoLoss.PolicyLoss(log, new PpoMinibatch(none, none, none, none, tensor(raw), none), new PpoOptions(), 0.2);
        loss.backward();
        float[] normalized = [.. log.grad!.data<float>().Select(slope => -slope * raw.Length)];
        AssertClose(Oracle("A_normalised_unbiased_std_eps1e-8(terminated_t2)"), normalized);
        AssertApart(Oracle("A_normalised_biased_std"), normalized);
    }

    [Fact]
    public void Compute_TwoLanes_KeepsThemApart()
    {
        var (advantages, returns) = (new float[4], new float[4]);
        GeneralizedAdvantage.Compute(
            [1, 10, 1, 10], [0, 0, 0, 0], [0, 0, 0, 0], new bool[4], new bool[4], 2, 0.5, 1, advantages, returns);
        Assert.Equal([1.5f, 15, 1, 10], advantages);
        Assert.Equal(advantages, returns);
    }

    [Fact]
    public void Compute_LengthsDiffer_SaysWhich()
    {
        var exception = Assert.Throws<ArgumentException>(() => GeneralizedAdvantage.Compute(
            [1, 2], [1], [1, 2], new bool[2], new bool[2], 1, 1, 1, new float[2], new float[2]));
        Assert.Contains("rewards 2, values 1", exception.Message, StringComparison.Ordinal);
    }

    private static double[] Oracle(string key) => Oracles.Numbers("gae", key);

    private static (float[] Advantages, float[] Returns) Run(double lambda, int terminatedAt = -1, int truncatedAt = -1, float finalValue = 0)
    {
        var (terminated, truncated) = (new bool[Values.Length], new bool[Values.Length]);
        float[] next = [.. Values[1..], LastValue];
        if (terminatedAt >= 0)
        {
            terminated[terminatedAt] = true;
        }

        if (truncatedAt >= 0)
        {
            truncated[truncatedAt] = true;
            next[truncatedAt] = finalValue;
        }

        var (advantages, returns) = (new float[Values.Length], new float[Values.Length]);
        GeneralizedAdvantage.Compute(Rewards, Values, next, terminated, truncated, 1, Gamma, lambda, advantages, returns);
        Assert.All(returns.Select((value, t) => value - advantages[t] - Values[t]), difference => Assert.Equal(0, difference, Tolerance));
        return (advantages, returns);
    }

    private static void AssertClose(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    private static void AssertApart(double[] wrong, float[] actual) =>
        Assert.Contains(wrong.Zip(actual), pair => Math.Abs(pair.First - pair.Second) > 0.01);
}
