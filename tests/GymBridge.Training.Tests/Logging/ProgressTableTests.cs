using GymBridge.Training.Logging;

namespace GymBridge.Training.Tests.Logging;

public class ProgressTableTests
{
    [Fact]
    public void Curve_EmptyFieldsAndAHalfRow_AreLeftOut()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("progress.csv");
        File.WriteAllText(path, "time/total_timesteps,a,b\n100,,1\n200,5,\n300,6,3\n40");
        var curve = ProgressTable.Read(path).Curve("time/total_timesteps", "a");
        Assert.Equal([200.0, 300], curve.X);
        Assert.Equal([5.0, 6], curve.Y);
    }

    [Fact]
    public void Curve_UnknownColumn_NamesThoseThatExist()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("progress.csv");
        File.WriteAllText(path, "time/total_timesteps,rollout/ep_rew_mean\n");
        var error = Assert.Throws<ArgumentException>(() => ProgressTable.Read(path).Curve("time/total_timesteps", "ep_rew_mean"));
        Assert.Contains("It has time/total_timesteps, rollout/ep_rew_mean.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Empty_SaysThatNothingWasLogged()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("progress.csv");
        File.WriteAllText(path, string.Empty);
        Assert.Contains("logged nothing yet", Assert.Throws<InvalidDataException>(() => ProgressTable.Read(path)).Message, StringComparison.Ordinal);
    }
}
