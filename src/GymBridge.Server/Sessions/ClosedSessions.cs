namespace GymBridge.Server.Sessions;

/// <summary>What became of the last sessions that ended, so that a client that comes late is told. Thread-safe.</summary>
internal sealed class ClosedSessions
{
    private const int Capacity = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, string> _texts = [];
    private readonly Queue<UInt128> _order = new();

    public void Add(UInt128 id, string text)
    {
        lock (_gate)
        {
            if (!_texts.TryAdd(id, text))
            {
                return;
            }

            _order.Enqueue(id);
            if (_order.Count > Capacity)
            {
                _texts.Remove(_order.Dequeue());
            }
        }
    }

    public string TextFor(UInt128 id)
    {
        lock (_gate)
        {
            return _texts.GetValueOrDefault(id, "There is no such session: its id is wrong, or the host was restarted. Open a new session.");
        }
    }
}
