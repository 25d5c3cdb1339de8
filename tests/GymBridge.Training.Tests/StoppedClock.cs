namespace GymBridge.Training.Tests;

/// <summary>A clock that stands where it is put.</summary>
internal sealed class StoppedClock(double unixSeconds) : TimeProvider
{
    public double UnixSeconds { get; set; } = unixSeconds;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks((long)(UnixSeconds * TimeSpan.TicksPerSecond));

    public override long GetTimestamp() => (long)(UnixSeconds * TimeSpan.TicksPerSecond);
}
