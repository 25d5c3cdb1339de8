using System.Text.Json.Nodes;
using GymBridge.Training.Logging;

namespace GymBridge.Training.Tests.Logging;

public class TensorBoardWriterTests
{
    [PythonFact]
    public void Write_ReadByTensorBoard_HasTagsStepsTimesAndValues()
    {
        using var folder = new TemporaryFolder();
        using (var writer = new TensorBoardWriter(folder.FullName, time: new StoppedClock(1_700_000_000.25)))
        {
            writer.WriteText("hyperparameters", "|gamma|0.98|");
            writer.Write(256, [new("rollout/ep_rew_mean", double.NaN), new("train/loss", 0.1)]);
            writer.Write(5_000_000_000, [new("rollout/ep_rew_mean", 21.5), new("train/loss", 1e-30)]);
        }

        var events = ReadEvents(folder);
        Assert.Equal("[[1700000000.25,5000000000,21.5]]", events["scalars"]!["rollout/ep_rew_mean"]!.ToJsonString());
        var loss = events["scalars"]!["train/loss"]!.AsArray();
        Assert.Equal([256, 5_000_000_000], loss.Select(item => item![1]!.GetValue<long>()));
        Assert.Equal([0.1f, 1e-30f], loss.Select(item => (float)item![2]!.GetValue<double>()));
        Assert.Equal("|gamma|0.98|", events["texts"]!["hyperparameters/text_summary"]![0]!.GetValue<string>());
    }

    [PythonFact]
    public void Write_SecondSession_ReplacesWhatAKilledOneWroteAfterItsCheckpoint()
    {
        using var folder = new TemporaryFolder();
        using (var killed = new TensorBoardWriter(folder.FullName, time: new StoppedClock(1_700_000_000)))
        {
            killed.Write(100, [new("train/loss", 1)]);
            killed.Write(200, [new("train/loss", 2)]);
            killed.Write(300, [new("train/loss", -1)]);
        }

        using (var resumed = new TensorBoardWriter(folder.FullName, firstTimestep: 200, time: new StoppedClock(1_700_000_100)))
        {
            resumed.Write(300, [new("train/loss", 3)]);
        }

        var loss = ReadEvents(folder)["scalars"]!["train/loss"]!.AsArray();
        Assert.Equal([1.0, 2, 3], loss.Select(item => item![2]!.GetValue<double>()));
    }

    [PythonFact]
    public void Write_CleanRLTags_RenamesAndTurnsTheSignOfTheEntropy()
    {
        using var folder = new TemporaryFolder();
        using (var writer = new TensorBoardWriter(folder.FullName, tags: MetricTags.Get("cleanrl")))
        {
            writer.Write(1, [new("rollout/ep_rew_mean", 5), new("train/entropy_loss", -0.5), new("bridge/step_ms_p50", 2)]);
        }

        var scalars = ReadEvents(folder)["scalars"]!.AsObject();
        Assert.Equal(["bridge/step_ms_p50", "charts/episodic_return", "losses/entropy"], scalars.Select(item => item.Key).Order(StringComparer.Ordinal));
        Assert.Equal(0.5, scalars["losses/entropy"]![0]![2]!.GetValue<double>());
    }

    [Fact]
    public void Constructor_TwiceInASecond_WritesTwoFiles()
    {
        using var folder = new TemporaryFolder();
        var clock = new StoppedClock(1_700_000_000);
        using var first = new TensorBoardWriter(folder.FullName, time: clock);
        using var second = new TensorBoardWriter(folder.FullName, time: clock);
        Assert.NotEqual(first.Path, second.Path);
        Assert.StartsWith("events.out.tfevents.1700000000.", Path.GetFileName(first.Path), StringComparison.Ordinal);
    }

    private static JsonNode ReadEvents(TemporaryFolder folder) =>
        JsonNode.Parse(PythonSetup.Run(Path.Combine(AppContext.BaseDirectory, "scripts", "read_events.py"), folder.FullName))!;
}
