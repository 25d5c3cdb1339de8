using GymBridge.Protocol.SharedMemory;
using GymBridge.Server.Sessions;
using GymBridge.Server.Sessions.Shared;
using GymBridge.Spaces;

namespace GymBridge.Server.InProcess;

/// <summary>The steps and resets of one session, in memory that Python sees as well.</summary>
/// <remarks>A session whose calls are quick runs on the caller's thread. One that is slow runs on a thread of its own, and the
/// caller waits in slices, so that it hears of Ctrl-C and of its deadline. One call at a time.</remarks>
#pragma warning disable CA1001 // Nobody asks the event for its handle: there is nothing to free.
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
    /// <returns>Whether the reply lies there; else it is to be waited for.</returns>
    public bool Exchange()
    {
        // A call that its caller gave up may still be writing its reply.
        _done.Wait();
        if (_session.IsQuick)
        {
            Execute();
            return true;
        }

        _done.Reset();
        _threads.Run(ExecuteBeside);
        return Wait();
    }

    /// <summary>Waits for the reply for a short while.</summary>
    public bool Wait() => _done.Wait(Slice);

    /// <summary>Nobody looks at the memory any more; it is freed when no call runs.</summary>
    public void Detach()
    {
        lock (_gate)
        {
            _isDetached = true;
            if (_done.IsSet)
            {
                _memory.Dispose();
            }
        }
    }

    private void ExecuteBeside()
    {
        Execute();
        lock (_gate)
        {
            _done.Set();
            if (_isDetached)
            {
                _memory.Dispose();
            }
        }
    }

    private void Execute()
    {
        _call.Receive();
        if (!_session.TryExecute(_call))
        {
            _call.LeaveToStream();
        }
    }
}
