using GymBridge.Cli.Output;

namespace GymBridge.Cli.Tests;

public class OpeningNoticeTests
{
    [Fact]
    public void Tick_WithinTheLimitAndBeyond_SaysHowLongItMayTake()
    {
        var clock = new HandClock();
        var lines = new List<string>();
        using (new OpeningNotice("slow:Slow-v0", TimeSpan.FromSeconds(8), lines.Add, clock))
        {
            clock.Ring(TimeSpan.FromSeconds(5));
            clock.Ring(TimeSpan.FromSeconds(35));
        }

        Assert.True(clock.IsStopped);
        Assert.Equal(
            [
                "'slow:Slow-v0' is still being made after 5 s; it may take 8 s (--open-timeout).",
                "'slow:Slow-v0' is still being made after 35 s, beyond --open-timeout (8 s), in code that cannot be interrupted; a second Ctrl-C ends the command.",
            ],
            lines);
    }

    [Fact]
    public void Tick_WithoutALimit_SaysHowLongItTakes()
    {
        var clock = new HandClock();
        var lines = new List<string>();
        using var notice = new OpeningNotice("Slow-v0", null, lines.Add, clock);
        clock.Ring(TimeSpan.FromSeconds(5));
        Assert.Equal(["'Slow-v0' is still being made after 5 s."], lines);
    }

    /// <summary>A clock that is set by hand, with one timer that rings when it is told to.</summary>
    private sealed class HandClock : TimeProvider, ITimer
    {
        private TimeSpan _now;
        private Action? _ring;

        public bool IsStopped { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _ring = () => callback(state);
            return this;
        }

        public void Ring(TimeSpan now)
        {
            _now = now;
            _ring!();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => IsStopped = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
