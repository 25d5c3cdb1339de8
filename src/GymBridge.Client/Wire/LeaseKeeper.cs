using GymBridge.Protocol;

namespace GymBridge.Client.Wire;

/// <summary>Renews the lease of a session in which nothing is called.</summary>
internal sealed class LeaseKeeper : IDisposable
{
    private const int RenewalsPerLease = 3;

    // Weak, so that a forgotten environment can be collected and its lease end.
    private readonly WeakReference<RemoteSession> _session;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ITimer? _timer;
    private long _lastCall;
    private volatile bool _wasCalled;

    public LeaseKeeper(RemoteSession session, TimeSpan lease, TimeProvider time)
    {
        _session = new WeakReference<RemoteSession>(session);
        _time = time;
        _lastCall = time.GetTimestamp();
        _interval = lease / RenewalsPerLease;
        var first = lease < ProtocolConstants.FirstCallTime ? lease : ProtocolConstants.FirstCallTime;
        _timer = lease > TimeSpan.Zero
            ? time.CreateTimer(static state => ((LeaseKeeper)state!).Renew(), this, first / RenewalsPerLease, _interval)
            : null;
    }

    /// <summary>Notes that a call has just renewed the lease.</summary>
    public void NoteCall()
    {
        Volatile.Write(ref _lastCall, _time.GetTimestamp());
        _wasCalled = true;
    }

    public void Dispose() => _timer?.Dispose();

    private void Renew()
    {
        if (!_session.TryGetTarget(out var session))
        {
            _timer?.Dispose();
        }
        else if (!_wasCalled || _time.GetElapsedTime(Volatile.Read(ref _lastCall)) >= _interval / 2)
        {
            session.Ping();
        }
    }
}
