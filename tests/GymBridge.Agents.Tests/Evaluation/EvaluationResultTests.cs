using GymBridge.Agents.Evaluation;

namespace GymBridge.Agents.Tests.Evaluation;

public class EvaluationResultTests
{
    [Theory]
    [InlineData(1, "Evaluation over 1 episode: mean return 2.00 +/- 0.00 (min 2.00, max 2.00)")]
    [InlineData(3, "Evaluation over 3 episodes: mean return 2.00 +/- 0.00 (min 2.00, max 2.00)")]
    public void ToString_OfSoManyEpisodes_IsASentence(int episodes, string expected) =>
        Assert.Equal(expected, new EvaluationResult([.. Enumerable.Repeat(2.0, episodes)], [.. Enumerable.Repeat(5, episodes)], 0).ToString());

    [Fact]
    public void ToString_AReturnAboveTen_GivesAllOneDecimal() =>
        Assert.Equal("Evaluation over 2 episodes: mean return -250.5 +/- 249.5 (min -500.0, max -1.0)", new EvaluationResult([-500, -1], [5, 5], 0).ToString());

    [Fact]
    public void ToString_OfEpisodesThatWereCut_SaysSo() =>
        Assert.EndsWith(
            ". 1 of them did not end and were cut after 7 steps; a policy that only goes round in circles looks like this",
            new EvaluationResult([1, 2], [3, 7], 1).ToString(),
            StringComparison.Ordinal);
}
