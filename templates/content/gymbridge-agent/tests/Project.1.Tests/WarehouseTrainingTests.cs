using GymBridge.Agents.Reproducibility;

namespace Project._1.Tests;

public class WarehouseTrainingTests
{
    [Fact]
    public void Learn_ShortRun_BringsMoreThanNoRun()
    {
        using var run = new WarehouseTraining(seed: 1);
        var before = run.Evaluate(episodes: 20).MeanReturn;
        run.Algorithm.Learn(20_000);
        Assert.True(run.Evaluate(episodes: 20).MeanReturn > before);
    }

    [Fact]
    public void Learn_SameSeed_GivesTheSameWeights()
    {
        Assert.Equal(WeightsOf(seed: 3), WeightsOf(seed: 3));

        static string WeightsOf(int seed)
        {
            using var run = new WarehouseTraining(seed);
            run.Algorithm.Learn(2_000);
            return UpdateDigest.OfWeights(run.Algorithm.Policy);
        }
    }
}
