using System.Diagnostics;
using System.Runtime.Versioning;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>How long it pays to look again and again before going to sleep: learned from what the last waits took.</summary>
/// <remarks>A waiter spins as long as its waits end while it does, and the machine has a processor to spare, for which it looks every
/// 256 waits. It stops after four misses. While it does not spin, waits that were shorter than the limit count: after eight of them in a
/// row, or after a relapse twice as many, it tries again. With less than two processors nobody spins: the other side could not go on.</remarks>
[SupportedOSPlatform("linux")]
internal sealed class SpinBudget
{
    private const long Limit = 200_000;
    private const int WaitsOfALookAround = 256;
    private const int MissesThatEnd = 4;
    private const int LeastShortWaits = 8;
    private const int MostShortWaits = 1024;

    private static readonly bool CanSpin = MachineLoad.Processors >= 2;
    private static readonly int SpinnerLimit = Math.Max(1, Environment.ProcessorCount / 2);
    private static int _spinners;

    private int _left = 1;
    private int _misses;
    private int _shortWaitsWanted = LeastShortWaits;
    private int _shortWaits;

    /// <summary>Nanoseconds to spin; 0 for none.</summary>
    public long Nanoseconds { get; private set; } = CanSpin ? Limit : 0;

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
        if (++_misses >= MissesThatEnd)
        {
            (Nanoseconds, _shortWaits, _misses) = (0, 0, 0);
            _shortWaitsWanted = Math.Min(MostShortWaits, _shortWaitsWanted * 2);
        }
    }

    /// <summary>A wait is over that went to sleep.</summary>
    public void Slept(long since)
    {
        if (Nanoseconds != 0 || !CanSpin)
        {
            return;
        }

        _shortWaits = Stopwatch.GetElapsedTime(since).TotalNanoseconds < Limit ? _shortWaits + 1 : 0;
        if (_shortWaits < _shortWaitsWanted)
        {
            return;
        }

        _shortWaits = 0;
        if (!MachineLoad.IsBusy())
        {
            Nanoseconds = Limit;
            _left = WaitsOfALookAround;
        }
    }

    private void LookAround()
    {
        _left = WaitsOfALookAround;
        _misses = 0;
        if (MachineLoad.IsBusy())
        {
            (Nanoseconds, _shortWaits) = (0, 0);
        }
        else
        {
            _shortWaitsWanted = Math.Max(LeastShortWaits, _shortWaitsWanted / 2);
        }
    }
}
