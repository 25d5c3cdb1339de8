namespace GymBridge.Client.Wire;

/// <summary>Renews the lease of a session in which nothing is called.</summary>
internal sealed class LeaseKeeper : IDisposable
{
    private const int RenewalsPerLease = 3;

    // Weak, so that a forgotten environment can be collected and its lease end.
    private readonly WeakReference<RemoteSession> _session;
    private readonly long _intervalMs;
    private readonly Timer? _timer;
    private long _lastCall = Environment.TickCount64;

    public LeaseKeeper(RemoteSession session, TimeSpan lease)
    {
        _session = new WeakReference<RemoteSession>(session);
        _intervalMs = Math.Max(1, (long)lease.TotalMilliseconds / RenewalsPerLease);
        _timer = lease > TimeSpan.Zero ? new Timer(static state => ((LeaseKeeper)state!).Renew(), this, _intervalMs, _intervalMs) : null;
    }

    /// <summary>Notes that a call has just renewed the lease.</summary>
    public void NoteCall() => Volatile.Write(ref _lastCall, Environment.TickCount64);

    public void Dispose() => _timer?.Dispose();

    private void Renew()
    {
        if (!_session.TryGetTarget(out var session))
        {
            _timer?.Dispose();
        }
        else if (Environment.TickCount64 - Volatile.Read(ref _lastCall) >= _intervalMs / 2)
        {
            session.Ping();
        }
    }
}
