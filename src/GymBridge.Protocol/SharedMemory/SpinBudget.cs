using System.Diagnostics;
using System.Runtime.Versioning;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>How long it pays to look again and again before going to sleep: learned from what the last waits took.</summary>
/// <remarks>A waiter spins as long as its waits end while it does, and the machine has a processor to spare, for which it looks every
/// 256 waits. It stops after four misses, and does not where at least eight hits come between two of them: whoever trains steps many times,
/// and then not at all for an update's time. While it does not spin, waits that were shorter than the limit count: after eight of them more
/// than there were long ones by the same measure, or after a relapse or a look at a busy machine twice as many, it tries again. With less
/// than two processors nobody spins: the other side could not go on.</remarks>
[SupportedOSPlatform("linux")]
internal sealed class SpinBudget
{
    private const long Limit = 200_000;
    private const int WaitsOfALookAround = 256;
    private const int MissCosts = 8; // hits
    private const int MostCredit = 4 * MissCosts;
    private const int LeastShortWaits = 8;
    private const int MostShortWaits = 1024;

    private static readonly bool CanSpin = MachineLoad.Processors >= 2;
    private static readonly int SpinnerLimit = Math.Max(1, Environment.ProcessorCount / 2);
    private static int _spinners;

    private readonly bool _canSpin;
    private readonly Func<bool> _isBusy;
    private int _left = 1;
    private int _leftAtMiss = 1;
    private int _credit = MostCredit;
    private int _shortWaitsWanted = LeastShortWaits;
    private int _shortWaits;

    /// <summary>The budget of a waiter on this machine.</summary>
    public SpinBudget()
        : this(CanSpin, MachineLoad.IsBusy)
    {
    }

    /// <summary>The budget of a waiter.</summary>
    /// <param name="canSpin">Whether there are two processors.</param>
    /// <param name="isBusy">Whether all of them have something to do.</param>
    public SpinBudget(bool canSpin, Func<bool> isBusy)
    {
        (_canSpin, _isBusy) = (canSpin, isBusy);
        Nanoseconds = canSpin ? Limit : 0;
    }

    /// <summary>Nanoseconds to spin; 0 for none.</summary>
    public long Nanoseconds { get; private set; }

    /// <summary>Takes one of the few places for spinning threads of this process.</summary>
    public static bool TryEnter()
    {
        if (Interlocked.Increment(ref _spinners) <= SpinnerLimit)
        {
            return true;
        }

        Interlocked.Decrement(ref _spinners);
        return false;
    }

    /// <summary>Gives the place back.</summary>
    public static void Leave() => Interlocked.Decrement(ref _spinners);

    /// <summary>The wait ended while it spun.</summary>
    public void Hit()
    {
        if (--_left <= 0)
        {
            LookAround();
        }
    }

    /// <summary>It did not.</summary>
    public void Miss()
    {
        _credit = Math.Min(MostCredit, _credit + _leftAtMiss - _left) - MissCosts;
        _leftAtMiss = _left;
        if (_credit <= 0)
        {
            (Nanoseconds, _shortWaits) = (0, 0);
            _shortWaitsWanted = Math.Min(MostShortWaits, _shortWaitsWanted * 2);
        }
    }

    /// <summary>A wait is over that went to sleep.</summary>
    public void Slept(long since)
    {
        if (Nanoseconds != 0 || !_canSpin)
        {
            return;
        }

        _shortWaits = Stopwatch.GetElapsedTime(since).TotalNanoseconds < Limit ? _shortWaits + 1 : Math.Max(0, _shortWaits - MissCosts);
        if (_shortWaits < _shortWaitsWanted)
        {
            return;
        }

        _shortWaits = 0;
        if (_isBusy())
        {
            _shortWaitsWanted = Math.Min(MostShortWaits, _shortWaitsWanted * 2); // a look costs a good part of a short wait
        }
        else
        {
            Nanoseconds = Limit;
            _left = _leftAtMiss = WaitsOfALookAround;
            _credit = MostCredit;
        }
    }

    private void LookAround()
    {
        _leftAtMiss += WaitsOfALookAround - _left;
        _left = WaitsOfALookAround;
        if (_isBusy())
        {
            (Nanoseconds, _shortWaits) = (0, 0);
        }
        else
        {
            _shortWaitsWanted = Math.Max(LeastShortWaits, _shortWaitsWanted / 2);
        }
    }
}
