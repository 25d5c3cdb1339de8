using System.Text.Json.Nodes;
using GymBridge.Training.Logging;

namespace GymBridge.Training.Tests.Logging;

public class ProgressFilesTests
{
    [Fact]
    public void Csv_MetricAppearsLater_GetsAColumnAndEmptyFieldsBefore()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("progress.csv");
        using (var csv = new ProgressCsv(path))
        {
            csv.Write(100, [new("train/loss", 0.5), new("rollout/ep_rew_mean", double.NaN)]);
            csv.Write(200, [new("train/loss", 0.25), new("rollout/ep_rew_mean", 20)]);
            csv.Write(300, [new("eval/mean_reward", 500)]);
        }

        Assert.Equal(
            """
            time/total_timesteps,train/loss,rollout/ep_rew_mean,eval/mean_reward
            100,0.5,,
            200,0.25,20,
            300,,,500

            """,
            File.ReadAllText(path));
        Assert.False(File.Exists(path + ".new"));
    }

    [Fact]
    public void Csv_NumberedMetrics_AreInTheOrderOfTheirNumbers()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("evaluations.csv");
        using (var csv = new ProgressCsv(path))
        {
            csv.Write(1, [.. Enumerable.Range(0, 12).Reverse().Select(i => KeyValuePair.Create($"results/{i}", 0.5)), new("ep_lengths/3", 3)]);
        }

        Assert.Equal(["ep_lengths/3", .. Enumerable.Range(0, 12).Select(i => $"results/{i}"), "time/total_timesteps"], File.ReadLines(path).First().Split(','));
    }

    [Fact]
    public void Csv_Resumed_DropsRowsAfterTheCheckpointAndHalfRows()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("progress.csv");
        File.WriteAllText(path, "time/total_timesteps,train/loss\n100,1\n200,2\n300,3\n40");
        using (var csv = new ProgressCsv(path, firstTimestep: 200))
        {
            csv.Write(300, [new("train/loss", 30)]);
        }

        Assert.Equal("time/total_timesteps,train/loss\n100,1\n200,2\n300,30\n", File.ReadAllText(path));
    }

    [Fact]
    public void Csv_ResumedOnAForeignTable_SaysSoAndLeavesIt()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("progress.csv");
        File.WriteAllText(path, "a,b\n1,2\n");
        var error = Assert.Throws<InvalidDataException>(() => new ProgressCsv(path, firstTimestep: 200));
        Assert.Contains("time/total_timesteps", error.Message, StringComparison.Ordinal);
        Assert.Equal("a,b\n1,2\n", File.ReadAllText(path));
    }

    [Fact]
    public void Json_EveryLine_IsOneObjectWithoutNaN()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("progress.json");
        using (var json = new ProgressJson(path))
        {
            json.Write(100, [new("train/loss", double.NaN), new("train/std", double.PositiveInfinity), new("rollout/ep_rew_mean", 1e-7)]);
            json.Write(200, [new("rollout/ep_rew_mean", 2)]);
        }

        var lines = File.ReadAllLines(path);
        Assert.Equal(2, lines.Length);
        var first = JsonNode.Parse(lines[0])!.AsObject();
        Assert.Equal(["time/total_timesteps", "rollout/ep_rew_mean"], first.Select(item => item.Key));
        Assert.Equal(1e-7, first["rollout/ep_rew_mean"]!.GetValue<double>());
    }

    [Fact]
    public void Json_Resumed_DropsLinesAfterTheCheckpointAndHalfLines()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("progress.json");
        File.WriteAllText(path, "{\"time/total_timesteps\":100}\n{\"time/total_timesteps\":300}\n{\"time/to");
        using (var json = new ProgressJson(path, firstTimestep: 200))
        {
            json.Write(300, []);
        }

        Assert.Equal("{\"time/total_timesteps\":100}\n{\"time/total_timesteps\":300}\n", File.ReadAllText(path));
    }

    [Fact]
    public void Csv_WhileItIsWritten_CanBeRead()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("progress.csv");
        using var csv = new ProgressCsv(path);
        csv.Write(100, [new("train/loss", 1)]);
        csv.Flush();
        Assert.Equal("time/total_timesteps,train/loss\n100,1\n", File.ReadAllText(path));
    }
}
