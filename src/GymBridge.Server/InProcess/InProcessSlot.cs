using GymBridge.Protocol.SharedMemory;
using GymBridge.Server.Sessions;
using GymBridge.Server.Sessions.Shared;
using GymBridge.Spaces;

namespace GymBridge.Server.InProcess;

/// <summary>What became of a call that lies in the memory, by the numbers that Python has for it.</summary>
internal enum ExchangeOutcome
{
    /// <summary>It goes on, and is to be waited for.</summary>
    Runs,

    /// <summary>The reply lies in the memory.</summary>
    Replied,

    /// <summary>It was ended: its time was over, or Ctrl-C was pressed.</summary>
    Ended,
}

/// <summary>The steps and resets of one session, in memory that Python sees as well.</summary>
/// <remarks>A session whose calls are quick runs on the caller's thread, and its environment is ended should it not come back. One that is
/// slow runs on a thread of its own, and the caller waits in slices, so that it hears of Ctrl-C and of its deadline. One call at a time.</remarks>
#pragma warning disable CA1001 // Detach frees the guard; nobody asks the event for its handle.
internal sealed class InProcessSlot
#pragma warning restore CA1001
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly Session _session;
    private readonly EnvironmentThreads _threads;
    private readonly OwnMemory _memory;
    private readonly SharedCall _call;
    private readonly ManualResetEventSlim _done = new(true);
    private readonly InlineGuard _guard = new();
    private bool _isDetached;

    public InProcessSlot(Session session, EnvironmentThreads threads, OwnMemory memory, Space observationSpace, Space actionSpace)
    {
        _session = session;
        _threads = threads;
        _memory = memory;
        _call = new SharedCall(memory, observationSpace, actionSpace);
    }

    /// <summary>Where the memory lies.</summary>
    public nint Address => _memory.Address;

    /// <summary>Its bytes.</summary>
    public int Bytes => _memory.Layout.Bytes;

    /// <summary>Executes the call that lies in the memory.</summary>
    public ExchangeOutcome Exchange()
    {
        // A call that its caller gave up may still be writing its reply.
        _done.Wait();
        if (_session.IsQuick)
        {
            Execute(_guard);
            return _guard.WasEnded ? ExchangeOutcome.Ended : ExchangeOutcome.Replied;
        }

        _done.Reset();
        _threads.Run(ExecuteBeside);
        return Wait() ? ExchangeOutcome.Replied : ExchangeOutcome.Runs;
    }

    /// <summary>Waits for the reply for a short while.</summary>
    public bool Wait() => _done.Wait(Slice);

    /// <summary>Nobody looks at the memory any more; it is freed when no call runs.</summary>
    public void Detach()
    {
        lock (_gate)
        {
            _isDetached = true;
            _guard.Dispose();
            if (_done.IsSet)
            {
                _memory.Dispose();
            }
        }
    }

    private void ExecuteBeside()
    {
        Execute(null);
        lock (_gate)
        {
            _done.Set();
            if (_isDetached)
            {
                _memory.Dispose();
            }
        }
    }

    private void Execute(InlineGuard? guard)
    {
        _call.Receive();
        _call.Guard = guard;
        guard?.Prepare(_call.TimeoutMs == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(_call.TimeoutMs));
        if (!_session.TryExecute(_call))
        {
            _call.LeaveToStream();
        }
    }
}
