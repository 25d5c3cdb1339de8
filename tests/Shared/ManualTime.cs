namespace GymBridge.Testing;

/// <summary>A clock that a test moves; timers run on the moving thread.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _now.Ticks;
        }
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch; // leases must not look at it

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        return timer;
    }

    public void Advance(TimeSpan step)
    {
        List<ManualTimer> due;
        lock (_gate)
        {
            _now += step;
            due = [.. _timers.Where(timer => timer.IsDue(_now))];
        }

        due.ForEach(timer => timer.Run());
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _due;
        private bool _isActive;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _due = time._now + dueTime;
            _isActive = dueTime >= TimeSpan.Zero;
            return true;
        }

        public bool IsDue(TimeSpan now) => _isActive && now >= _due;

        public void Run() => callback(state);

        public void Dispose() => _isActive = false;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
