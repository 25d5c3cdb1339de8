using GymBridge.Environments;
using GymBridge.Errors;
using GymBridge.Wrappers;

namespace GymBridge.Core.Tests.Wrappers;

public class BasicWrapperTests
{
    [Fact]
    public void TimeLimit_AtLastStep_TruncatesAndLeavesTerminatedAlone()
    {
        using var env = new CounterEnv(goal: 4).TimeLimit(2);
        env.Reset(1);
        Assert.False(env.Step(2).Truncated);
        var last = env.Step(2);
        Assert.True(last is { Terminated: true, Truncated: true });
        env.Reset();
        Assert.False(env.Step(0).Ended);
        Assert.True(env.Step(0) is { Terminated: false, Truncated: true });
        Assert.True(env.Step(0).Truncated);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void TimeLimit_NotPositive_NamesTheValue(int limit)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new CounterEnv().TimeLimit(limit));
        Assert.Contains($"positive integer, actual value: {limit}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OrderEnforcing_BeforeReset_RefusesStepAndRender()
    {
        using var env = new CounterEnv().OrderEnforcing();
        Assert.Equal("Cannot call env.step() before calling env.reset()", Assert.Throws<ResetNeededException>(() => env.StepObject(0L)).Message);
        Assert.Throws<ResetNeededException>(() => env.Render());
        env.ResetObject(1);
        env.StepObject(0L);
        Assert.Null(env.Render());
    }

    [Fact]
    public void RecordEpisodeStatistics_AtEnd_AddsReturnLengthAndTime()
    {
        var time = new ManualTime();
        using var env = new CounterEnv(goal: 3).RecordEpisodeStatistics(out var episodes, time);
        env.Reset(1);
        var first = env.Step(1);
        Assert.False(first.Info.ContainsKey("episode"));
        time.Advance(TimeSpan.FromSeconds(1.23456789));
        var episode = (Info)env.Step(2).Info["episode"]!;
        Assert.Equal(3.0, episode["r"]);
        Assert.Equal(2, episode["l"]);
        Assert.Equal(1.234568, episode["t"]);
        Assert.Equal(new EpisodeStatistics(3, 2, 1.234568), episodes.LastEpisode);
        Assert.Equal(1, episodes.EpisodeCount);

        env.Reset();
        env.Step(2);
        env.Step(2);
        Assert.Equal((4.0, 2, 2), (episodes.LastEpisode.Return, episodes.LastEpisode.Length, episodes.EpisodeCount));
    }

    [Fact]
    public void Wrapper_AroundEnv_PassesEverythingOnAndClosesIt()
    {
        var inner = new CounterEnv();
        var env = inner.OrderEnforcing().TimeLimit(10);
        env.Reset(4);
        Assert.Same(inner, env.Unwrapped);
        Assert.Same(inner.Rng, env.Rng);
        Assert.Equal(4, env.RngSeed);
        Assert.Equal("<TimeLimit<OrderEnforcing<CounterEnv instance>>>", env.ToString());
        env.Dispose();
        Assert.Equal(1, inner.Closed);
        Assert.Throws<ClosedEnvironmentException>(() => env.Step(0));
        Assert.Throws<ClosedEnvironmentException>(() => env.Reset());
    }

    [Fact]
    public void ToString_OfMadeEnvironment_ReadsAsInGymnasium()
    {
        using var env = EnvironmentCatalog.CreateRegistry().Make("CartPole-v1");
        Assert.Equal("<TimeLimit<OrderEnforcing<PassiveEnvChecker<CartPoleEnv<CartPole-v1>>>>>", env.ToString());
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;

        public override long GetTimestamp() => _ticks;
    }
}
