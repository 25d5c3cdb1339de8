using System.Globalization;
using GymBridge.Agents;
using GymBridge.Spaces;
using GymBridge.Training.Logging;

namespace GymBridge.Training.Tests.Logging;

public class CsvLogTests
{
    private static readonly PpoOptions Options = new() { RolloutSteps = 16, MinibatchSize = 16, Epochs = 1, HiddenSizes = [4] };

    [Fact]
    public void Learn_RunGoesOn_CutsWhatLiesBeyondTheCheckpointAndAppends()
    {
        using var folder = new TemporaryFolder();
        using var env = Make();
        using var ppo = new Ppo(env, Options, 1);
        ppo.Learn(320, new StopAt(64));
        ppo.Save(folder.Combine("run.gym"));
        ppo.Learn(320, new StopAt(160), new CsvLog(folder.FullName));
        using var again = Make();
        using var resumed = Ppo.Load(folder.Combine("run.gym"), again);
        resumed.Learn(320, new CsvLog(folder.FullName));
        var lines = File.ReadAllLines(folder.Combine(RunLog.ProgressFile));
        var column = Array.IndexOf(lines[0].Split(','), ProgressCsv.Timesteps);
        Assert.Equal(
            Enumerable.Range(5, 16).Select(update => 16 * update),
            lines.Skip(1).Select(line => int.Parse(line.Split(',')[column], CultureInfo.InvariantCulture)));
        Assert.Contains("rollout/ep_rew_mean", lines[0], StringComparison.Ordinal);
    }

    private static SyncVectorEnv Make() => SyncVectorEnv.OfOne(new RandomEnv(new Box(-1, 1, [2]), new Discrete(2)), AutoresetMode.SameStep);
}
