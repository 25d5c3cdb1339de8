using GymBridge.Agents.Collecting.Replay;
using GymBridge.Seeding;

namespace GymBridge.Agents.Tests.Collecting.Replay;

public class ReplayPrioritiesTests
{
    [Fact]
    public void Sample_AfterErrors_DrawsInProportionToTheirPower()
    {
        var priorities = new ReplayPriorities(8, 0.5, 0);
        for (var row = 0; row < 3; row++)
        {
            priorities.Add(row);
        }

        // p^0.5: 1, 2, 3 of 6.
        priorities.Update([0, 1, 2], [1, -4, 9]);
        Assert.Equal([1 / 6.0, 2 / 6.0, 3 / 6.0], [priorities.ProbabilityOf(0), priorities.ProbabilityOf(1), priorities.ProbabilityOf(2)]);
        var (rows, weights) = (new long[6], new float[6]);
        priorities.Sample(new Rng(1), 3, 1, rows, weights);

        // One from each sixth of the sum.
        Assert.Equal([0L, 1, 1, 2, 2, 2], rows);

        // (3 P)^-1 is 2, 1, 2/3; over the greatest 1, 1/2, 1/3.
        Assert.Equal([1, 0.5, 0.5, 1 / 3.0, 1 / 3.0, 1 / 3.0], weights.Select(weight => (double)weight), (a, b) => Math.Abs(a - b) < 1e-7);
    }

    [Fact]
    public void Sample_ExponentZero_IsUniformWithWeightsOfOne()
    {
        var priorities = new ReplayPriorities(4, 0, 1e-6);
        for (var row = 0; row < 4; row++)
        {
            priorities.Add(row);
        }

        priorities.Update([0, 1], [100, 0]);
        var (rows, weights) = (new long[4], new float[4]);
        priorities.Sample(new Rng(1), 4, 0.7, rows, weights);
        Assert.Equal([0L, 1, 2, 3], rows);
        Assert.All(weights, weight => Assert.Equal(1, weight));
    }

    [Fact]
    public void Add_AfterALargeError_GivesTheGreatestPrioritySoFar()
    {
        var priorities = new ReplayPriorities(4, 1, 0);
        priorities.Add(0);
        priorities.Update([0], [9]);
        priorities.Update([0], [1]);
        priorities.Add(1);
        Assert.Equal(0.9, priorities.ProbabilityOf(1), 12);
    }

    [Fact]
    public void Sample_ErrorOfZero_IsStillDrawn()
    {
        var priorities = new ReplayPriorities(2, 1, 1e-6);
        priorities.Add(0);
        priorities.Update([0], [0]);
        var (rows, weights) = (new long[2], new float[2]);
        priorities.Sample(new Rng(1), 1, 1, rows, weights);
        Assert.Equal([0L, 0], rows);
        Assert.Equal([1f, 1], weights);
    }
}
