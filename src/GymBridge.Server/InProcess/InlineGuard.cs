using System.Diagnostics;
using System.Runtime;
using System.Runtime.ExceptionServices;
using GymBridge.Server.Sessions;

namespace GymBridge.Server.InProcess;

/// <summary>Ends the code of an environment that does not come back to the thread which called it from Python: after its time, and after
/// Ctrl-C. A wait is interrupted, anything else aborted.</summary>
/// <remarks>The environment goes on from wherever that left it. Native code that does not come back cannot be ended. .NET aborts a thread once
/// a stay in managed code, which is enough: every call of Python's is one. One call at a time; one that keeps to its time costs a tenth of a
/// microsecond, for the timer runs once in a whole limit.</remarks>
internal sealed class InlineGuard : IEnvironmentGuard, IDisposable
{
    /// <summary>How long a call may go on after Ctrl-C: one that ends by itself is better than one that is ended.</summary>
    public static readonly TimeSpan AfterInterrupt = TimeSpan.FromSeconds(1);

    private const int PhaseBits = 2;
    private const long Running = 1;
    private const long Ending = 2;
    private const long Ended = 3;
    private static readonly TimeSpan ToComeBack = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30); // A timer takes no more than 49 days.

    [ThreadStatic]
    private static bool _isMainThread;

    private static volatile InlineGuard? _onMainThread;

    private readonly Timer _timer;
    private CancellationTokenSource _abort = new();
    private Thread? _thread;
    private TimeSpan _limit;
    private long _started;
    private long _state; // The number of the call, and its phase: whoever ends a call means this one.
    private volatile bool _hasLeft;
    private volatile bool _isArmed;

    public InlineGuard() => _timer = new Timer(_ => Look());

    /// <summary>Whether the call that was prepared last was ended.</summary>
    public bool WasEnded { get; private set; }

    /// <summary>This thread is the one that hears of Ctrl-C.</summary>
    public static void NoteMainThread() => _isMainThread = true;

    /// <summary>Ends the call of the main thread that has run for <see cref="AfterInterrupt"/>; where there is none, nothing.</summary>
    public static void InterruptMainThread() => _onMainThread?.EndAfter(AfterInterrupt);

    /// <summary>A call comes.</summary>
    /// <param name="limit">How long it may take; infinite for no limit.</param>
    public void Prepare(TimeSpan limit) => (_limit, WasEnded) = (limit, false);

    public void Run(Action code)
    {
        var running = (((_state >> PhaseBits) + 1) << PhaseBits) | Running;
        (_thread, _started, _hasLeft) = (Thread.CurrentThread, Stopwatch.GetTimestamp(), false);
        if (_isMainThread)
        {
            _onMainThread = this;
        }

        Interlocked.Exchange(ref _state, running);
        if (!_isArmed && _limit > TimeSpan.Zero)
        {
            Arm(_limit);
        }

        var failure = RunAbortably(code);
        _hasLeft = true;
        if (Interlocked.CompareExchange(ref _state, running - Running, running) == running)
        {
            failure?.Throw();
            return;
        }

        AwaitTheEnd(running - Running + Ended);
        WasEnded = true;
        throw new TimeoutException(
            $"The environment's code was ended after {Stopwatch.GetElapsedTime(_started).TotalSeconds:F1} s; it goes on from wherever that left it.", failure?.SourceException);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _abort.Dispose();
    }

    private ExceptionDispatchInfo? RunAbortably(Action code)
    {
        try
        {
#pragma warning disable SYSLIB0046 // It may corrupt the process: this is for calls that would hold up the process for ever.
            ControlledExecution.Run(code, _abort.Token);
#pragma warning restore SYSLIB0046
            return null;
        }
        catch (Exception exception)
        {
            return ExceptionDispatchInfo.Capture(exception);
        }
    }

    private void Look()
    {
        _isArmed = false;
        Interlocked.MemoryBarrier(); // Either this look sees a call that has just begun, or that one sees that there is none to come.
        var state = Volatile.Read(ref _state);
        if ((state & Ended) != Running || _limit <= TimeSpan.Zero)
        {
            return;
        }

        var left = _limit - Stopwatch.GetElapsedTime(Volatile.Read(ref _started));
        if (left > TimeSpan.Zero)
        {
            Arm(left);
        }
        else
        {
            End(state);
        }
    }

    private void EndAfter(TimeSpan time)
    {
        var state = Volatile.Read(ref _state);
        if ((state & Ended) == Running && Stopwatch.GetElapsedTime(Volatile.Read(ref _started)) >= time)
        {
            End(state);
        }
    }

    private void End(long running)
    {
        if (Interlocked.CompareExchange(ref _state, running - Running + Ending, running) != running)
        {
            return;
        }

        _thread!.Interrupt();
        if (!SpinWait.SpinUntil(() => _hasLeft, ToComeBack))
        {
            var abort = _abort;
            _abort = new CancellationTokenSource();
            abort.Cancel();
            abort.Dispose();
        }

        Volatile.Write(ref _state, running - Running + Ended);
    }

    // What interrupts may still be on its way; it must not hit what this thread does next.
    private void AwaitTheEnd(long ended)
    {
        for (var isQuiet = false; !isQuiet;)
        {
            try
            {
                for (var spin = default(SpinWait); Volatile.Read(ref _state) != ended;)
                {
                    spin.SpinOnce();
                }

                Thread.Sleep(1);
                isQuiet = true;
            }
            catch (ThreadInterruptedException)
            {
                // That was it.
            }
        }
    }

    // Not sooner than a millisecond later: a timer is a little early at times.
    private void Arm(TimeSpan left)
    {
        try
        {
            _isArmed = true;
            _timer.Change((left < Longest ? left : Longest) + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // Nobody looks at the memory any more.
        }
    }
}
