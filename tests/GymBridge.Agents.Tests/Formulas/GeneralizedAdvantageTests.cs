using GymBridge.Agents.Formulas;

namespace GymBridge.Agents.Tests.Formulas;

/// <summary>Numbers worked by hand for gamma 0.99, lambda 0.95 and an end at step 2.</summary>
public class GeneralizedAdvantageTests
{
    // The inputs are float32 values, the hand-worked numbers float64.
    private const float Tolerance = 1e-6f;

    private static readonly double[] Rewards = [1, 0, -1, 2, 0.5, 1];
    private static readonly float[] Values = [0.5f, 0.4f, 0.3f, 0.2f, 0.1f, 0.6f];

    [Fact]
    public void Compute_EpisodeTerminates_GivesNoFutureToItsEnd() => AssertClose(
        [-0.350773825f, -1.32565f, -1.3f, 3.80065949325f, 2.0219665f, 1.093f],
        Run(0.99, 0.95, terminatedAt: 2));

    [Fact]
    public void Compute_EpisodeIsTruncated_BootstrapsFromItsFinalObservation() => AssertClose(
        [0.43735153775f, -0.4876645f, -0.409f, 3.80065949325f, 2.0219665f, 1.093f],
        Run(0.99, 0.95, truncatedAt: 2, finalValue: 0.9f));

    [Fact]
    public void Compute_NoEpisodeEnds_BootstrapsAtTheBufferEnd() => AssertClose(
        [2.98617218307f, 2.22240529832f, 2.4725202534f, 3.80065949325f, 2.0219665f, 1.093f],
        Run(0.99, 0.95));

    [Fact]
    public void Compute_LambdaZero_IsTheTemporalDifferenceError() => AssertClose(
        [0.896f, -0.103f, -1.3f, 1.899f, 0.994f, 1.093f],
        Run(0.99, 0, terminatedAt: 2));

    [Fact]
    public void Compute_LambdaOne_IsTheMonteCarloReturnMinusValue() => AssertClose(
        [-0.4801f, -1.39f, -1.3f, 3.9543093f, 2.07607f, 1.093f],
        Run(0.99, 1, terminatedAt: 2));

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

    private static float[] Run(double gamma, double lambda, int terminatedAt = -1, int truncatedAt = -1, float finalValue = 0)
    {
        var (terminated, truncated) = (new bool[6], new bool[6]);
        float[] next = [0.4f, 0.3f, 0.2f, 0.1f, 0.6f, 0.7f];
        if (terminatedAt >= 0)
        {
            terminated[terminatedAt] = true;
        }

        if (truncatedAt >= 0)
        {
            truncated[truncatedAt] = true;
            next[truncatedAt] = finalValue;
        }

        var (advantages, returns) = (new float[6], new float[6]);
        GeneralizedAdvantage.Compute(Rewards, Values, next, terminated, truncated, 1, gamma, lambda, advantages, returns);
        AssertClose(advantages.Zip(Values, (advantage, value) => advantage + value).ToArray(), returns);
        return advantages;
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], Tolerance);
        }
    }
}
