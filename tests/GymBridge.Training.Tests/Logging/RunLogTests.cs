using GymBridge.Agents;
using GymBridge.Spaces;
using GymBridge.Training.Logging;

namespace GymBridge.Training.Tests.Logging;

public class RunLogTests
{
    [Fact]
    public void Learn_RunOfAHundredMillionTimesteps_WritesARowEveryTenThousand()
    {
        using var folder = new TemporaryFolder();
        using var env = SyncVectorEnv.OfOne(new RandomEnv(new Box(-1, 1, [2]), new Discrete(2)), AutoresetMode.SameStep);
        using var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 4000, MinibatchSize = 4000, Epochs = 1, HiddenSizes = [4] }, 1);
        ppo.Learn(100_000_000, new RunLog(folder.FullName), new StopAt(20_000));
        var table = ProgressTable.Read(folder.Combine(RunLog.ProgressFile));
        Assert.Equal([12_000d, 20_000d], table.Curve(ProgressCsv.Timesteps, "time/iterations").X);
    }
}
