using GymBridge.Agents.Reproducibility;
using GymBridge.Wrappers;

namespace GymBridge.Agents.Tests.Algorithms;

public class A3cTests
{
    [Theory]
    [InlineData(AutoresetMode.SameStep)]
    [InlineData(AutoresetMode.NextStep)]
    public void Learn_OneWorker_IsA2cToTheBit(AutoresetMode mode)
    {
        var rate = Schedule.Linear(1e-2);
        using var lane = TestEnvs.Make("CartPole-v1", 1, mode);
        using var a2c = new A2c(lane, new A2cOptions { HiddenSizes = [8], LearningRate = rate }, 5);
        a2c.Learn(2_000);
        using var other = TestEnvs.Make("CartPole-v1", 1, mode);
        using var a3c = new A3c(other, new A3cOptions { HiddenSizes = [8], LearningRate = rate, RolloutsPerUpdate = 7 }, 5);
        a3c.Learn(2_000);
        Assert.Equal(a2c.Timesteps, a3c.Timesteps);
        Assert.Equal(a2c.Episodes.MeanReturn, a3c.Episodes.MeanReturn);
        Assert.Equal(UpdateDigest.OfWeights(a2c.Policy), UpdateDigest.OfWeights(a3c.Policy));
    }

    /// <summary>One lane may be wrapped as a whole: its moments and stacks are those of A2C's, in a checkpoint too.</summary>
    [Fact]
    public void Learn_OneWorkerNormalizedAndStacked_IsA2cToTheBit()
    {
        using var folder = new TemporaryFolder();
        using var lane = TestEnvs.Make("CartPole-v1", 1).NormalizeObservation().FrameStack(2).NormalizeReward();
        using var a2c = new A2c(lane, new A2cOptions { HiddenSizes = [8] }, 5);
        a2c.Learn(1_000);
        using var other = TestEnvs.Make("CartPole-v1", 1).NormalizeObservation().FrameStack(2).NormalizeReward();
        using var a3c = new A3c(other, new A3cOptions { HiddenSizes = [8], RolloutsPerUpdate = 5 }, 5) { TotalTimesteps = 1_000 };
        for (var i = 0; i < 20; i++)
        {
            a3c.Update();
        }

        a3c.Save(folder.Combine("run.gym"));
        using var again = TestEnvs.Make("CartPole-v1", 1).NormalizeObservation().FrameStack(2).NormalizeReward();
        using var resumed = A3c.Load(folder.Combine("run.gym"), again, warn: Assert.Fail);
        foreach (var run in new[] { a3c, resumed })
        {
            run.Learn(1_000);
            Assert.Equal(a2c.Episodes.MeanReturn, run.Episodes.MeanReturn);
            Assert.Equal(UpdateDigest.OfWeights(a2c.Policy), UpdateDigest.OfWeights(run.Policy));
        }
    }

    /// <summary>What each lane needs for itself is wrapped around each environment: stacks.</summary>
    [Fact]
    public void Learn_LanesStackedEachByItself_TrainsOnTheStacks()
    {
        using var env = new SyncVectorEnv([.. Enumerable.Range(0, 3).Select(_ => TestEnvs.Registry.Make("CartPole-v1").FrameStack(4))], AutoresetMode.SameStep);
        using var run = new A3c(env, new A3cOptions { HiddenSizes = [8], RolloutsPerUpdate = 6 }, 1);
        run.Learn(60);
        Assert.Equal(env.SingleObservationSpace, run.Policy.ObservationSpace);
        Assert.True(run.Timesteps >= 60);
    }

    [Fact]
    public void Load_OneWorker_GoesOnBitForBit()
    {
        using var folder = new TemporaryFolder();
        using var env = TestEnvs.Make("CartPole-v1", 1);
        using var run = new A3c(env, (A3cOptions)SmallOptions.Of("a3c"), 5);
        run.TotalTimesteps = 200;
        run.Update();
        run.Save(folder.Combine("run.gym"));
        run.Learn(200);
        using var again = TestEnvs.Make("CartPole-v1", 1);
        using var resumed = A3c.Load(folder.Combine("run.gym"), again, warn: Assert.Fail);
        Assert.Equal(20, resumed.Timesteps);
        resumed.Learn(200);
        Assert.Equal(UpdateDigest.OfWeights(run.Policy), UpdateDigest.OfWeights(resumed.Policy));
        Assert.Equal(run.Episodes.Episodes, resumed.Episodes.Episodes);
        Assert.Equal(run.Episodes.MeanReturn, resumed.Episodes.MeanReturn);
    }

    [Fact]
    public void Learn_FourWorkers_CountsAllAndLearns()
    {
        using var env = Lanes(4);
        using var run = new A3c(env, new A3cOptions(), 1);
        Assert.Equal(4, run.Workers);

        // How soon it learns depends on when its threads run.
        for (var steps = 60_000; steps <= 480_000 && run.Episodes.MeanReturn is not >= 60; steps += 60_000)
        {
            run.Learn(steps);
            Assert.InRange(run.Timesteps, steps, steps + (4 * 5));
        }

        Assert.InRange(run.Episodes.MeanReturn, 60, 500);
    }

    [Fact]
    public void Load_FourWorkers_GoesOnWithAllOfThem()
    {
        using var folder = new TemporaryFolder();
        using var env = Lanes(4);
        using var run = new A3c(env, (A3cOptions)SmallOptions.Of("a3c"), 1);
        run.Learn(200);
        run.Save(folder.Combine("run.gym"));
        using var again = Lanes(4);
        using var resumed = A3c.Load(folder.Combine("run.gym"), again, warn: Assert.Fail);
        Assert.Equal((run.Timesteps, run.Updates, run.Episodes.Episodes), (resumed.Timesteps, resumed.Updates, resumed.Episodes.Episodes));
        Assert.Equal(UpdateDigest.OfWeights(run.Policy), UpdateDigest.OfWeights(resumed.Policy));
        resumed.Learn(400);
        Assert.True(resumed.IsComplete);
    }

    [Fact]
    public void Update_OneWorkerFails_ThrowsItsErrorAndKeepsTheWeights()
    {
        using var env = TestEnvs.Lanes(3, () => new ScriptedEnv([new(5)], reward: (episode, step) => episode == 1 && step == 3 ? double.NaN : 1));
        using var run = new A3c(env, (A3cOptions)SmallOptions.Of("a3c"), 1);
        var error = Assert.Throws<NonFiniteException>(() => run.Learn(1000));
        Assert.Contains("gave the reward NaN", error.Message, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        run.Save(folder.Combine("kept.gym"));
        using var policy = Policy.Load(folder.Combine("kept.gym"));
        Assert.Equal(UpdateDigest.OfWeights(run.Policy), UpdateDigest.OfWeights(policy));
    }

    [Fact]
    public void Constructor_LanesThatCannotBeSteppedApart_SaysWhatToDo()
    {
        using var native = TestEnvs.Make("CartPole-v1", 2);
        Assert.Contains("MakeOptions.StepsSomeLanes", Assert.Throws<NotSupportedException>(() => new A3c(native)).Message, StringComparison.Ordinal);
        using var wrapped = Lanes(2).NormalizeObservation();
        Assert.Contains("without wrappers", Assert.Throws<NotSupportedException>(() => new A3c(wrapped)).Message, StringComparison.Ordinal);
    }

    private static VectorEnv Lanes(int count) => TestEnvs.Registry.MakeVec("CartPole-v1", count, TestEnvs.SameStep with { StepsSomeLanes = true });
}
