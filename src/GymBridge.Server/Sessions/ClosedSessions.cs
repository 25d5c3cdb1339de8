using GymBridge.Protocol.Errors;

namespace GymBridge.Server.Sessions;

/// <summary>Why a session ended; the names on the wire are in lower case.</summary>
internal enum SessionEnd
{
    Closed,
    Lease,
    Disconnected,
    Fault,
}

/// <summary>What became of the last sessions that ended, so that a client that comes late is told. Thread-safe.</summary>
/// <param name="bootId">Which run of this host it is, for those whose session is from another one.</param>
internal sealed class ClosedSessions(string bootId)
{
    private const int Capacity = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, (string Text, SessionEnd End, ulong LastSeq, string Principal)> _ends = [];
    private readonly Queue<UInt128> _order = new();

    public void Add(SessionPlan plan, string text, SessionEnd end, ulong lastSeq)
    {
        lock (_gate)
        {
            if (!_ends.TryAdd(plan.Id, (text, end, lastSeq, plan.Principal)))
            {
                return;
            }

            _order.Enqueue(plan.Id);
            if (_order.Count > Capacity)
            {
                _ends.Remove(_order.Dequeue());
            }
        }
    }

    /// <summary>The refusal of a call for a session that is not there; somebody else's sessions never were.</summary>
    public CallRefusedException RefusalFor(UInt128 id, string principal)
    {
        lock (_gate)
        {
            return _ends.TryGetValue(id, out var end) && end.Principal == principal
                ? new CallRefusedException(
                    ErrorReasons.SessionClosed, end.Text, ("last_seq", $"{end.LastSeq}"), ("cause", end.End.ToString().ToLowerInvariant()))
                : NotFound("There is no such session: its id is wrong, or the host was restarted. Open a new session.");
        }
    }

    /// <summary>The refusal for an id or token that never was.</summary>
    public CallRefusedException NotFound(string text) => new(ErrorReasons.SessionNotFound, text, ("boot_id", bootId));
}
