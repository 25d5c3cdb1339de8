using System.Diagnostics;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>How long it pays to look again and again before going to sleep: learned from what the last waits took.</summary>
/// <remarks>A wait that ends while it spins doubles the budget up to its limit, one that does not halves it down to nothing. While
/// there is none, waits that were shorter than the limit count; after eight of them in a row spinning is tried again, after a
/// relapse of twice as many. With one processor nobody spins: the other side could not go on.</remarks>
internal sealed class SpinBudget
{
    private const long Limit = 50_000;
    private const long Least = 1_000;
    private const int LeastShortWaits = 8;
    private const int MostShortWaits = 1024;
    private const int HitsThatForgive = 64;

    private static readonly bool CanSpin = Environment.ProcessorCount > 1;
    private static readonly int SpinnerLimit = Math.Max(1, Environment.ProcessorCount / 2);
    private static int _spinners;

    private long _nanoseconds = CanSpin ? Limit : 0;
    private int _shortWaitsWanted = LeastShortWaits;
    private int _shortWaits;
    private int _hits;

    /// <summary>Nanoseconds to spin; 0 for none.</summary>
    public long Nanoseconds => _nanoseconds;

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
        _nanoseconds = Math.Min(Limit, _nanoseconds * 2);
        if (++_hits == HitsThatForgive)
        {
            _shortWaitsWanted = LeastShortWaits;
        }
    }

    /// <summary>It did not.</summary>
    public void Miss()
    {
        _hits = 0;
        _nanoseconds /= 2;
        if (_nanoseconds < Least)
        {
            _nanoseconds = 0;
            _shortWaitsWanted = Math.Min(MostShortWaits, _shortWaitsWanted * 2);
            _shortWaits = 0;
        }
    }

    /// <summary>A wait without spinning is over.</summary>
    public void Slept(long since)
    {
        if (_nanoseconds != 0 || !CanSpin)
        {
            return;
        }

        _shortWaits = Stopwatch.GetElapsedTime(since).TotalNanoseconds < Limit ? _shortWaits + 1 : 0;
        if (_shortWaits >= _shortWaitsWanted)
        {
            _nanoseconds = Limit;
            _shortWaits = 0;
        }
    }
}
