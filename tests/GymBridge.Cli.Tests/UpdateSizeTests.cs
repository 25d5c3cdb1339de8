using GymBridge.Cli.Commands;

namespace GymBridge.Cli.Tests;

public class UpdateSizeTests
{
    [Fact]
    public void Warnings_AnOrdinaryRun_AreNone() => Assert.Empty(UpdateSize.Warnings("ppo", 8, 1024, 100_000));

    [Fact]
    public void Warnings_MoreAtOnceThanAskedFor_SaysThatTheRunGoesBeyond() => Assert.StartsWith(
        "ppo makes 128 steps of its one lane at once, 128 timesteps in all, where 100 are asked for: the run goes beyond.",
        Assert.Single(UpdateSize.Warnings("ppo", 1, 128, 100)), StringComparison.Ordinal);

    [Fact]
    public void Warnings_AMillionLanes_SaysWhatTheyTake() => Assert.StartsWith(
        "ppo learns from 8 steps of each of 1000000 lanes at once, 8000000 timesteps in all, before anything is logged or saved: that takes minutes",
        Assert.Single(UpdateSize.Warnings("ppo", 1_000_000, 8_000_000, 100_000_000)), StringComparison.Ordinal);
}
