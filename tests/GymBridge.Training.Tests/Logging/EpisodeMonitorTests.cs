using GymBridge.Training.Logging;

namespace GymBridge.Training.Tests.Logging;

public class EpisodeMonitorTests
{
    [Fact]
    public void Write_Episodes_HasTheFormOfStableBaselines3()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine(EpisodeMonitor.FileName);
        var clock = new StoppedClock(1_700_000_000.5);
        using (var monitor = new EpisodeMonitor(path, "gymnasium:CartPole-v1", time: clock))
        {
            clock.UnixSeconds += 0.25;
            monitor.Write(21, 21);
            monitor.Write(-1.23456789, 200);
        }

        Assert.Equal(
            """
            #{"t_start": 1700000000.500000, "env_id": "gymnasium:CartPole-v1"}
            r,l,t
            21,21,0.25
            -1.234568,200,0.25

            """,
            File.ReadAllText(path));
    }

    [Fact]
    public void Constructor_Resumed_KeepsTheEpisodesOfTheCheckpointAndItsClock()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine(EpisodeMonitor.FileName);
        var clock = new StoppedClock(1000);
        using (var monitor = new EpisodeMonitor(path, "CartPole-v1", time: clock))
        {
            monitor.Write(1, 1);
            monitor.Write(2, 2);
            monitor.Write(3, 3);
        }

        clock.UnixSeconds = 1050;
        using (var monitor = new EpisodeMonitor(path, "CartPole-v1", firstEpisode: 2, clock))
        {
            monitor.Write(30, 3);
        }

        Assert.Equal(
            ["#{\"t_start\": 1000.000000, \"env_id\": \"CartPole-v1\"}", "r,l,t", "1,1,0", "2,2,0", "30,3,50"],
            File.ReadAllLines(path));
    }
}
