using System.Diagnostics;
using Python.Runtime;

namespace GymBridge.PythonNet;

/// <summary>Ends a call that takes longer than it may: KeyboardInterrupt is raised in the Python code that runs on its thread.</summary>
/// <remarks>One call at a time. What is said here is said with the GIL held, which orders it. Native code that does not come back
/// cannot be ended. A call that keeps to its time costs two readings of the clock: the timer runs once in a whole limit.</remarks>
internal sealed class CallWatch : IDisposable
{
    // Code that catches the exception, in a loop for one, gets it again.
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    // A timer takes no more than 49 days.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    [ThreadStatic]
    private static ulong _thisThread;

    private readonly Timer _timer;
    private TimeSpan _limit;
    private ulong _thread;
    private long _started;
    private bool _isRunning;
    private bool _isArmed;

    public CallWatch() => _timer = new Timer(_ => Look());

    /// <summary>Whether the exception was raised in the call that runs, or ran last.</summary>
    public bool WasEnded { get; private set; }

    /// <summary>A call begins on this thread.</summary>
    public void Begin(TimeSpan limit)
    {
        if (_thisThread == 0)
        {
            _thisThread = PythonEngine.GetPythonThreadID();
        }

        (_thread, _limit, _started, WasEnded, _isRunning) = (_thisThread, limit, Stopwatch.GetTimestamp(), false, true);
        if (!_isArmed)
        {
            Arm(limit);
        }
    }

    /// <summary>It is over.</summary>
    public void End()
    {
        _isRunning = false;
        if (WasEnded)
        {
            Swallow();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        using (Py.GIL())
        {
            _isArmed = false;
            if (!_isRunning)
            {
                return;
            }

            var left = _limit - Stopwatch.GetElapsedTime(_started);
            if (left > TimeSpan.Zero)
            {
                Arm(left);
                return;
            }

            WasEnded = true;
            _ = PythonEngine.Interrupt(_thread);
            Arm(Again);
        }
    }

    // Not sooner than a millisecond later: a timer is a little early at times.
    private void Arm(TimeSpan left) =>
        _isArmed = _timer.Change((left < Longest ? left : Longest) + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);

    // The call may have come back just before the exception was there; it must not hit the next one.
    private static void Swallow()
    {
        try
        {
            PythonEngine.Exec("for _ in range(1000): pass");
        }
        catch (PythonException)
        {
            // That was it.
        }
    }
}
